import htmx from "htmx";

// No eval, no inline styles: the policy of the pages forbids both.
htmx.config.includeIndicatorCSS = false;
window.htmx = htmx;
