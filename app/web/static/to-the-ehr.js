// Sends the page's one form, as soon as it is there.
document.querySelector("form[data-act=to-the-ehr]").submit();
