"""What the office knows and decides: queue, ratings, device health. No HTML, no ESC/POS."""
