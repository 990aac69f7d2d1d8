"""One fact each as the standard writes it: a new resource, or a change to one as read. No HTTP."""
