// Says on the page what stopped a passkey: allauth's script tells only the console.
(() => {
  const told = {
    NotAllowedError: 'The passkey was not used: the request was cancelled or took too long. Try again.',
    InvalidStateError: 'This device is registered already.',
    SecurityError: 'This page is not at an address where passkeys work.',
    NotSupportedError: 'This browser or device cannot make such a passkey.'
  }
  const place = document.createElement('div')
  place.setAttribute('role', 'alert')
  document.querySelector('main h1').after(place)
  document.addEventListener('allauth.error', (event) => {
    const error = event.detail.exception
    const words = document.createElement('p')
    words.className = 'message error'
    words.textContent = told[error.name] || `The passkey was not used: ${error.message}`
    place.replaceChildren(words)
    event.preventDefault()
  })
})()
