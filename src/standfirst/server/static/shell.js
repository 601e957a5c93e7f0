// The frame: menus that close, families that stay folded, the choice of light and dark, dialogs that open.
const remembered = (name) => { try { return localStorage.getItem(name) } catch { return null } }
const remember = (name, value) => { try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name) } catch { /* then it holds for this page */ } }

for (const each of document.querySelectorAll('.by-script')) each.hidden = false

// --- menus: closed by Escape, by a click elsewhere, and by leaving them with Tab
const menus = () => document.querySelectorAll('details.menu[open]')
document.addEventListener('click', (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener('focusin', (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return
  for (const menu of menus()) {
    const held = menu.contains(document.activeElement)
    menu.open = false
    if (held) menu.querySelector('summary').focus()
    event.preventDefault()
  }
})
// one that would stand beyond the edge opens to the other side
document.addEventListener('toggle', (event) => {
  const menu = event.target
  if (!menu.matches?.('details.menu') || !menu.open) return
  menu.classList.remove('end')
  const surface = menu.querySelector(':scope > div')
  if (surface && surface.getBoundingClientRect().right > document.documentElement.clientWidth - 8) menu.classList.add('end')
}, true)

// --- the navigation: what is folded stays so in this browser, and where one is can be seen
const side = document.getElementById('side')
if (side) {
  const folded = new Set((remembered('folded') || '').split(' ').filter(Boolean))
  for (const family of side.querySelectorAll('details[data-family]')) {
    const name = family.dataset.family
    if (folded.has(name) && !family.querySelector('[aria-current]')) family.open = false
    family.addEventListener('toggle', () => {
      family.open ? folded.delete(name) : folded.add(name)
      remember('folded', [...folded].join(' '))
    })
  }
  const show = () => {
    const here = side.querySelector('[aria-current]')
    if (here && here.offsetTop + here.offsetHeight > side.scrollTop + side.clientHeight) side.scrollTop = here.offsetTop - side.clientHeight / 2
  }
  show()
  side.addEventListener('toggle', (event) => { if (event.target === side && event.newState === 'open') show() })
}

// --- light and dark
for (const choice of document.querySelectorAll('input[name=theme]')) {
  choice.checked = choice.value === (remembered('theme') || 'system')
  choice.addEventListener('change', () => {
    const theme = choice.value === 'system' ? '' : choice.value
    remember('theme', theme)
    theme ? (document.documentElement.dataset.theme = theme) : delete document.documentElement.dataset.theme
  })
}

// --- dialogs that stand on the page: a button names the one that it opens
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-opens]')
  if (opener) {
    for (const menu of menus()) menu.open = false
    document.getElementById(opener.dataset.opens).showModal()
  } else if (event.target.closest('[data-closes]')) event.target.closest('dialog').close()
  else if (event.target.matches('dialog.dialog')) event.target.close() // beside its surface
})
