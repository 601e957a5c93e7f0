// Ctrl-K: finds records, requirements, people and actions while somebody types (WAI-ARIA, combobox with a listbox).
// The server answers (/o/ORGANISATION/find?q=); nothing is remembered here.
const dialog = document.getElementById('palette')
const input = dialog.querySelector('input')
const list = document.getElementById('palette-list')
const status = document.getElementById('palette-status')
const say = dialog.dataset
const PAUSE = 90 // milliseconds without a key before the server is asked

let shown = null // the text whose answer stands in the list
let asked = null // aborts the request that is under way
let timer = 0
let go = null // how to open the first line as soon as it is there

const options = () => [...list.querySelectorAll('[role=option]')]
const active = () => list.querySelector('[aria-selected=true]')

function element (name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function choose (option) {
  active()?.setAttribute('aria-selected', 'false')
  if (option) {
    option.setAttribute('aria-selected', 'true')
    option.scrollIntoView({ block: 'nearest' })
    input.setAttribute('aria-activedescendant', option.id)
  } else input.removeAttribute('aria-activedescendant')
}

function open (option, apart) {
  if (apart) window.open(option.dataset.url, '_blank', 'noopener')
  else {
    dialog.close()
    location.assign(option.dataset.url)
  }
}

let lines = 0
function line (item) {
  const title = element('span', { class: 'what' }, element('bdi', {}, item.title))
  const parts = [title]
  if (item.number) parts.unshift(element('span', { class: 'code' }, item.number))
  if (item.detail) parts.push(element('span', { class: 'soft' }, item.detail))
  return element('div', { role: 'option', id: `palette-${++lines}`, 'aria-selected': 'false', 'data-url': item.url }, ...parts)
}

function draw (answer) {
  lines = 0
  const groups = answer.groups.filter((group) => group.items.length)
  const found = groups.reduce((sum, group) => sum + group.items.length, 0)
  const drawn = groups.map((group) => {
    const head = element('div', { id: `palette-${group.name}`, class: 'group', role: 'presentation' }, group.title)
    return element('div', { role: 'group', 'aria-labelledby': head.id }, head, ...group.items.map(line))
  })
  if (answer.query.trim()) drawn.push(element('div', { role: 'group', class: 'all', 'aria-label': say.everywhere }, line({ title: say.everywhere, url: answer.all })))
  list.replaceChildren(...drawn)
  list.scrollTop = 0
  const words = found ? say.found.replace('#', found) : say.none
  status.textContent = answer.query.trim() ? words : ''
  status.classList.toggle('vh', found > 0 || !answer.query.trim())
  input.setAttribute('aria-expanded', String(drawn.length > 0))
  choose(options()[0])
}

function failed () {
  list.replaceChildren()
  choose(null)
  input.setAttribute('aria-expanded', 'false')
  status.textContent = say.failed
  status.classList.remove('vh')
}

async function ask (text) {
  asked?.abort()
  const request = asked = new AbortController()
  list.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(`${say.find}?${new URLSearchParams({ q: text })}`, { signal: request.signal, headers: { Accept: 'application/json' } })
    if (response.redirected) return location.reload() // signed out meanwhile
    if (!response.ok) throw new Error(response.status)
    const answer = await response.json()
    if (request.signal.aborted) return
    shown = text
    draw(answer)
    if (go && active() && !(text.trim() && status.textContent === say.none)) open(active(), go.apart)
  } catch (error) {
    if (error.name === 'AbortError') return
    failed()
  }
  go = null
  list.removeAttribute('aria-busy')
}

input.addEventListener('input', () => {
  go = null
  clearTimeout(timer)
  timer = setTimeout(ask, PAUSE, input.value)
})

input.addEventListener('keydown', (event) => {
  if (event.isComposing) return // an input method chooses its own words with the same keys
  const all = options()
  const at = all.indexOf(active())
  const last = all.length - 1
  const to = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, PageDown: Math.min(at + 8, last), PageUp: Math.max(at - 8, 0) }[event.key]
  if (to !== undefined) choose(all[to])
  else if (event.key === 'Enter' && input.value !== shown) {
    clearTimeout(timer)
    go = { apart: event.ctrlKey || event.metaKey }
    const wanted = go
    ask(input.value)
    go = wanted
  } else if (event.key === 'Enter' && active()) open(active(), event.ctrlKey || event.metaKey)
  else if (event.key !== 'Enter') return
  event.preventDefault()
})

const under = (event) => event.target.closest('[role=option]')
list.addEventListener('mousemove', (event) => { if (under(event) && under(event) !== active()) choose(under(event)) })
list.addEventListener('mousedown', (event) => event.preventDefault()) // the box keeps the focus
list.addEventListener('click', (event) => { if (under(event)) open(under(event), event.ctrlKey || event.metaKey) })
list.addEventListener('auxclick', (event) => { if (under(event) && event.button === 1) open(under(event), true) })

// --- opening and closing: as empty as the first time
function forget () {
  asked?.abort()
  clearTimeout(timer)
  input.value = ''
  shown = go = null
  list.replaceChildren()
  status.textContent = ''
  choose(null)
}
dialog.addEventListener('close', forget)
dialog.addEventListener('toggle', (event) => { if (event.newState === 'open') ask('') })
dialog.querySelector('form').addEventListener('submit', (event) => event.preventDefault())

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  if (dialog.open) dialog.close()
  else if (!document.querySelector('dialog[open]')) dialog.showModal()
})
for (const form of document.querySelectorAll('.top .find')) form.hidden = true
for (const button of document.querySelectorAll('.find-open')) button.hidden = false
