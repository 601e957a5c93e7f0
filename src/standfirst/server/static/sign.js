// Signs with a passkey: the challenge is the digest of the statement on the page, and nothing else.
(() => {
  const say = document.currentScript.dataset // in the reader's language
  const form = document.getElementById('by-passkey')
  if (!form) return
  const told = {
    NotAllowedError: say.cancelled,
    SecurityError: say.elsewhere
  }
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  const place = document.getElementById('told')
  form.hidden = !window.PublicKeyCredential
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = form.querySelector('button')
    button.disabled = true
    try {
      const found = await navigator.credentials.get({
        publicKey: {
          challenge: bytes(form.dataset.challenge),
          rpId: form.dataset.site,
          allowCredentials: form.dataset.credentials.split(' ').map((id) => ({ type: 'public-key', id: bytes(id) })),
          userVerification: 'required',
          timeout: 240000
        }
      })
      form.elements.credential.value = JSON.stringify({
        id: text(found.rawId),
        authenticatorData: text(found.response.authenticatorData),
        clientDataJSON: text(found.response.clientDataJSON),
        signature: text(found.response.signature)
      })
      form.submit()
    } catch (error) {
      const words = document.createElement('p')
      words.className = 'message error'
      words.textContent = told[error.name] || `${say.failed} ${error.message}`
      place.replaceChildren(words)
      button.disabled = false
    }
  })
})()
