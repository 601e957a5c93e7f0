// What becomes of a request that a page makes without leaving (htmx): it is said, it is seen to take time, and the
// keyboard stays where it was. A server says something with the header HX-Trigger: {"said": {"text": "...", "sort": "good"}}.
const toasts = document.getElementById('toasts')
const region = document.getElementById('announce')
const bar = document.getElementById('progress')

/** Said to those who listen, and seen by nobody. */
export function announce (text) {
  region.textContent = ''
  setTimeout(() => { region.textContent = text }, 50) // the same words once more are said once more
}

/** Shown and said. What went wrong stays until it is put away. */
export function toast (text, sort = '') {
  const words = document.createElement('p')
  words.textContent = text
  const box = document.createElement('div')
  box.className = `toast ${sort}`
  box.append(words)
  put(box)
}

function put (box) {
  const away = document.createElement('button')
  away.type = 'button'
  away.className = 'away'
  away.setAttribute('aria-label', toasts.dataset.away)
  away.textContent = '×'
  away.addEventListener('click', () => box.remove())
  box.append(away)
  if (box.parentNode !== toasts) toasts.append(box)
  if (!box.classList.contains('bad')) setTimeout(() => box.remove(), 8000)
}

// --- time: a bar where something takes more than a second
let waiting = 0
let timer = 0
function begin () {
  if (!waiting++) timer = setTimeout(() => { bar.hidden = false }, 1000)
}
function end () {
  waiting = Math.max(waiting - 1, 0)
  if (waiting) return
  clearTimeout(timer)
  bar.hidden = true
}
document.addEventListener('htmx:beforeSend', begin)
document.addEventListener('htmx:afterRequest', end)
document.addEventListener('submit', (event) => {
  if (event.target.method === 'post' && !event.defaultPrevented) begin()
})
addEventListener('pageshow', () => { waiting = 0; end() })

// --- answers
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr } = event.detail
  if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith('/accounts/')) { // signed out meanwhile
    event.detail.shouldSwap = false
    location.reload()
  } else if (xhr.getResponseHeader('HX-Retarget')) { // a refusal says where it belongs
    event.detail.shouldSwap = true
    event.detail.isError = false
  }
})
document.addEventListener('htmx:responseError', () => toast(toasts.dataset.failed, 'bad'))
document.addEventListener('htmx:sendError', () => toast(toasts.dataset.lost, 'bad'))
document.addEventListener('htmx:timeout', () => toast(toasts.dataset.lost, 'bad'))
document.addEventListener('said', (event) => toast(event.detail.text, event.detail.sort))

let held = null
document.addEventListener('htmx:beforeSwap', () => { held = document.activeElement })
document.addEventListener('htmx:afterSettle', (event) => {
  const target = event.detail.target
  if (target === toasts) {
    for (const box of toasts.querySelectorAll('.toast:not(:has(.away))')) put(box)
    return
  }
  const said = target.matches('[data-said]') ? target : target.querySelector('[data-said]')
  if (said) announce(said.dataset.said)
  if (held && !held.isConnected && document.activeElement === document.body) { // what was held is gone
    const onward = target.querySelector('[autofocus], h1, h2, h3, a[href], button, input') || target
    if (!onward.matches('a[href], button, input')) onward.tabIndex = -1
    onward.focus({ preventScroll: true })
  }
  held = null
})
