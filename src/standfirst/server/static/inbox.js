// Whoever opens what a notification is about has read it: noted while the browser is already on its way there.
// Without this script it is marked by its button.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-told]')
  const row = link?.closest('li.unread')
  if (!row) return
  const form = link.closest('form')
  const said = new FormData()
  said.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value)
  said.set('one', link.dataset.told)
  fetch(form.action, { method: 'POST', body: said, keepalive: true, redirect: 'manual' })
  row.classList.remove('unread')
})

// The list comes back changed: who uses the keyboard stays where they were, and the frame counts along.
let held = ''
document.addEventListener('htmx:beforeSwap', () => {
  held = document.activeElement?.closest('#inbox li')?.querySelector('input')?.id ?? ''
})
document.addEventListener('htmx:afterSwap', () => {
  const inbox = document.getElementById('inbox')
  if (!inbox) return
  if (document.activeElement === document.body) (document.getElementById(held) ?? inbox.querySelector('input[name=chosen]') ?? inbox).focus()
  const count = document.querySelector('.side a[aria-current=page] .number')
  if (count) count.textContent = inbox.dataset.unread === '0' ? '' : inbox.dataset.unread
  document.title = document.title.replace(/^(\(\d+\) )?/, inbox.dataset.unread === '0' ? '' : `(${inbox.dataset.unread}) `)
})
