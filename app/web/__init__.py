"""Routes, pages and guards."""
