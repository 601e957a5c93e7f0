// Says on the page what stopped a passkey: allauth's script tells only the console.
(() => {
  const say = document.currentScript.dataset // in the reader's language
  const told = {
    NotAllowedError: say.cancelled,
    InvalidStateError: say.registered,
    SecurityError: say.elsewhere,
    NotSupportedError: say.unsupported
  }
  const place = document.createElement('div')
  place.setAttribute('role', 'alert')
  document.querySelector('main h1').after(place)
  document.addEventListener('allauth.error', (event) => {
    const error = event.detail.exception
    const words = document.createElement('p')
    words.className = 'message error'
    words.textContent = told[error.name] || `${say.failed} ${error.message}`
    place.replaceChildren(words)
    event.preventDefault()
  })
})()
