/* Keeps a form while it is written, so that nothing is lost with the page, the session or the connection. */

const form = document.getElementById('sheet')
const says = form.querySelector('[data-says]')
const words = form.dataset

const SOON = 1500 // milliseconds after the last key
const LATEST = 15000 // milliseconds after the first one

let changed = false
let saving = null
let timer = 0
let since = 0
let leaving = false

const say = (text, ...more) => { if (says.textContent !== text) says.replaceChildren(text, ...more) }

const body = () => {
  const data = new FormData(form)
  for (const unsent of form.querySelectorAll('[data-unsent]')) data.delete(unsent.name)
  return data
}

const send = (more = {}) => fetch(words.draft, {
  method: 'POST', body: body(), headers: { Accept: 'application/json' }, redirect: 'manual', ...more
})

const signedOut = () => {
  const way = document.createElement('a')
  way.href = words.signIn
  way.target = '_blank'
  way.textContent = words.signInWords
  say(`${words.signedOut} `, way)
  says.classList.add('error')
}

/* After signing in again the form's token is another one: the page itself has it. */
const renew = async () => {
  const page = await fetch(location.pathname, { redirect: 'manual' })
  if (!page.ok) return false
  const found = new DOMParser().parseFromString(await page.text(), 'text/html')
  const token = found.querySelector('#sheet [name=csrfmiddlewaretoken]')
  if (token) form.elements.csrfmiddlewaretoken.value = token.value
  return Boolean(token)
}

/* Whether the server still knows who writes here. */
const save = async () => {
  clearTimeout(timer)
  timer = 0
  changed = false
  try {
    let answer = await send()
    if ((answer.type === 'opaqueredirect' || answer.status === 403) && await renew()) answer = await send()
    if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
      changed = true
      signedOut()
      return false
    }
    says.classList.toggle('error', !answer.ok)
    const told = await answer.json().catch(() => ({}))
    if (!answer.ok) say(told.told || words.broken)
    else if (told.saved) {
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      say(words.saved.replace('{time}', time.format(new Date(told.saved))))
    }
    changed ||= !answer.ok
  } catch {
    changed = true
    says.classList.add('error')
    say(words.broken)
  }
  return true
}

const soon = (event) => {
  if (event.target.closest('[data-unsent]')) return // a filter, or what is not picked yet
  changed = true
  since ||= Date.now()
  clearTimeout(timer)
  const wait = Math.max(0, Math.min(SOON, since + LATEST - Date.now()))
  timer = setTimeout(async () => {
    since = 0
    saving = save()
    await saving
  }, wait)
}

form.addEventListener('input', soon, true)
form.addEventListener('change', soon, true) // before a field that is checked by itself keeps it

/* Before anything is sent that cannot be sent again: is there still a session that takes it? */
form.addEventListener('submit', async (event) => {
  const by = event.submitter
  if (leaving || by?.name === 'add') { leaving = true; return }
  if (by?.name === 'draft') { leaving = true; clearTimeout(timer); return }
  event.preventDefault()
  await saving
  if (changed && !await save()) {
    says.scrollIntoView({ block: 'nearest' })
    return
  }
  if (!changed && says.classList.contains('error') && !await save()) return
  leaving = true
  clearTimeout(timer)
  await new Promise((resolve) => setTimeout(resolve)) // no form is sent from within its own submit event
  form.requestSubmit(by?.isConnected ? by : undefined)
})

window.addEventListener('pagehide', () => {
  if (!changed || leaving) return
  changed = false
  send({ keepalive: true }).catch(() => {}) // nobody is there any more to be told
})
window.addEventListener('pageshow', () => { leaving = false })
