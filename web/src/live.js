// Pages with a live region load this. htmx must be a global before its
// extension runs, so it has a module of its own.
import "./htmx.js";
import "hx-sse";
