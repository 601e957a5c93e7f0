// Keys of one letter, for whoever wants them (WCAG 2.1.4: they can be switched off). The dialog of keys says what there
// is; a row with data-key and an address is a place to go to.
const dialog = document.getElementById('keys')
const choice = document.getElementById('keys-on')
const PAUSE = 1500 // milliseconds between the keys of one shortcut

const stored = () => { try { return localStorage.getItem('keys') } catch { return null } }
choice.checked = stored() !== 'off'
choice.addEventListener('change', () => {
  try { choice.checked ? localStorage.removeItem('keys') : localStorage.setItem('keys', 'off') } catch { /* then it holds for this page */ }
})

const main = document.getElementById('main')
const visible = (element) => element.checkVisibility({ visibilityProperty: true })
const first = (...wanted) => wanted.flatMap((each) => [...main.querySelectorAll(each)]).find(visible)
const places = Object.fromEntries([...dialog.querySelectorAll('[data-key] a')].map((a) => [a.closest('[data-key]').dataset.key, a]))

/** Rows of the list on this page: those of the one that holds the focus, or else of the first. */
function rows () {
  const lists = [...main.querySelectorAll('[data-rows], table.list tbody')].filter(visible)
  const list = lists.find((each) => each.contains(document.activeElement)) || lists[0]
  return list ? [...list.children].filter((row) => row.querySelector('a[href]')) : []
}

function walk (step) {
  const all = rows()
  const at = all.findIndex((row) => row.contains(document.activeElement))
  const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]
  row?.querySelector('a[href]').focus()
}

const deeds = {
  '?': () => dialog.showModal(),
  '/': () => document.getElementById('palette').showModal(),
  j: () => walk(1),
  k: () => walk(-1),
  n: () => first('[data-key=n]', 'a[href$="/new/"]')?.click(),
  e: () => first('[data-key=e]', 'a[href$="/edit/"]')?.click(),
  x: () => document.activeElement.closest('tr, li')?.querySelector('input[type=checkbox]')?.click()
}
for (const [keys, a] of Object.entries(places)) deeds[keys] = () => a.click()

let before = ''
let timer = 0
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented || !choice.checked) return
  if (event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open')) return
  const keys = before ? `${before} ${event.key}` : event.key
  before = ''
  clearTimeout(timer)
  if (Object.hasOwn(deeds, keys)) {
    event.preventDefault()
    deeds[keys]()
  } else if (Object.keys(deeds).some((each) => each.startsWith(`${keys} `))) {
    before = keys
    timer = setTimeout(() => { before = '' }, PAUSE)
  }
})
