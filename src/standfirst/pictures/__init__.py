"""Pictures: one Vega-Lite specification each, drawn the same for pages and for print."""
