/* What makes a form quicker for those who have scripts. All of it works without. */

const sheet = document.getElementById('sheet')

const controls = (field) => [...field.querySelectorAll('input, select, textarea')]
  .filter((one) => one.type !== 'hidden' && one.closest('.field') === field)

/* --- what is wrong: told at once, and one key away from where it is put right --- */

/* After the first picture is drawn: until then the browser itself decides what has the focus. */
requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('[data-focus]')?.focus()))

document.getElementById('faults')?.addEventListener('click', (event) => {
  const id = event.target.closest('a')?.hash.slice(1)
  const field = id && document.getElementById(id)
  const control = field?.matches('fieldset') ? field.querySelector('input:not([type=hidden]), select, textarea, summary') : field
  if (!control) return
  event.preventDefault()
  for (let above = control.closest('details'); above; above = above.parentElement.closest('details')) above.open = true
  control.focus()
  field.scrollIntoView({ block: 'center' })
})

document.addEventListener('htmx:afterSwap', (event) => {
  const faults = event.detail.target
  if (!faults.matches?.('.faults')) return
  const field = faults.closest('.field')
  const told = faults.querySelector('.errorlist')
  const described = field.matches('fieldset') ? [field] : controls(field)
  for (const one of controls(field)) {
    if (told) one.setAttribute('aria-invalid', 'true')
    else one.removeAttribute('aria-invalid')
  }
  for (const one of described) {
    const ids = (one.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && !id.endsWith('-fault'))
    if (told) ids.push(told.id)
    if (ids.length) one.setAttribute('aria-describedby', ids.join(' '))
    else one.removeAttribute('aria-describedby')
  }
})

/* Who is signed out meanwhile is told so when the draft is saved (draft.js); the page, and what is in it, stays. */
sheet?.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr } = event.detail
  if (!xhr.responseURL || !new URL(xhr.responseURL).pathname.startsWith('/accounts/')) return
  event.detail.shouldSwap = false
  event.stopPropagation()
})

/* --- rows of fields --- */

sheet?.addEventListener('click', (event) => {
  const button = event.target.closest('button[name=add]')
  const last = button?.previousElementSibling
  if (!last?.matches('.entry')) return
  const key = button.value
  const [, place] = last.innerHTML.match(new RegExp(`(?:name|data-name)="${key.replace(/\./g, '\\.')}\\.(\\d+)\\.`)) ?? []
  if (place === undefined || last.querySelector('[data-picked]')) return // the server adds it
  event.preventDefault()
  const next = Number(place) + 1
  const row = document.createElement('div')
  row.innerHTML = last.outerHTML
    .replaceAll(`${key}.${place}.`, `${key}.${next}.`)
    .replaceAll(`${key.replaceAll('.', '-')}-${place}-`, `${key.replaceAll('.', '-')}-${next}-`)
  const made = row.firstElementChild
  made.setAttribute('aria-label', last.getAttribute('aria-label')?.replace(/\d+$/, (number) => Number(number) + 1) ?? '')
  for (const one of made.querySelectorAll('input, textarea, select')) {
    one.removeAttribute('aria-invalid')
    if (one.matches('[type=checkbox], [type=radio]')) one.checked = one.value === ''
    else if (one.matches('select')) one.selectedIndex = 0
    else { one.value = ''; one.removeAttribute('value'); if (one.matches('textarea')) one.textContent = '' }
  }
  made.querySelectorAll('.errorlist').forEach((one) => one.remove())
  last.after(made)
  window.htmx?.process(made)
  made.querySelector('input, select, textarea')?.focus()
})

/* --- requirements --- */

for (const box of document.querySelectorAll('.requirements')) {
  const filter = box.querySelector('[data-filter]')
  const rows = [...box.querySelectorAll('.catalogue .one')]
  const groups = [...box.querySelectorAll('.catalogue .group')]
  const shown = box.querySelector('[data-chosen]')
  filter.closest('.filter').hidden = false
  filter.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault() })
  filter.addEventListener('change', (event) => event.stopPropagation())
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word))
    for (const group of groups) {
      let next = group.nextElementSibling
      while (next?.hidden) next = next.nextElementSibling
      group.hidden = !next || next.matches('.group')
    }
  })
  box.querySelector('.catalogue').addEventListener('change', () => {
    const chosen = rows.map((row) => row.querySelector('input')).filter((one) => one.checked)
    shown.replaceChildren(...chosen.flatMap((one) => {
      const chip = document.createElement('span')
      chip.className = 'chip'
      chip.textContent = one.value
      return [chip, ' ']
    }))
    if (!chosen.length) shown.textContent = shown.dataset.none
  })
}

/* --- texts as they will be read --- */

for (const area of document.querySelectorAll('[data-preview]')) {
  const pane = document.getElementById(area.dataset.preview)
  if (!pane) continue
  const look = () => {
    pane.hidden = !area.value.trim()
    if (!pane.hidden) pane.querySelector('.markdown').dispatchEvent(new CustomEvent('preview'))
  }
  area.addEventListener('input', look)
  window.addEventListener('load', look)
}

/* --- an organisation that is known --- */

for (const choice of document.querySelectorAll('[data-party]')) {
  choice.addEventListener('change', () => {
    const chosen = choice.selectedOptions[0].dataset
    if (chosen.name === undefined) return
    for (const part of ['name', 'id', 'address']) sheet.elements[`${choice.dataset.party}.${part}`].value = chosen[part]
  })
}
