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
