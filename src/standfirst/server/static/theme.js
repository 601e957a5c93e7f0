// Light or dark, as this browser was told: before anything is drawn, so that no page flashes.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch { /* a browser that keeps nothing follows the system */ }
