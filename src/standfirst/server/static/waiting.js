/* Says that something is being done when it takes more than a second. How long it will take nobody knows. */
/* After the first picture is drawn: until then the browser itself decides what has the focus. */
requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('[data-focus]')?.focus()))

for (const form of document.querySelectorAll('form[data-waiting]')) {
  const place = form.querySelector('[data-waits]')
  place.setAttribute('role', 'status')
  let timer = 0
  form.addEventListener('submit', (event) => {
    if (event.submitter?.value === 'throw-away') return
    timer = setTimeout(() => {
      const bar = document.createElement('progress')
      bar.setAttribute('aria-label', form.dataset.waiting)
      place.replaceChildren(bar, form.dataset.waiting)
      place.hidden = false
    }, 1000)
  })
  window.addEventListener('pageshow', () => {
    clearTimeout(timer)
    place.hidden = true
  })
}
