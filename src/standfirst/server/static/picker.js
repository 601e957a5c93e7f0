/* Lets people pick by name where the plain form asks for a number, a handle, or one word a line. */

const sheet = document.getElementById('sheet')
const words = sheet?.dataset ?? {}
const NUMBER = /^[A-Z]{2,4}-\d{4,8}$/
let made = 0

const element = (tag, attributes = {}, ...inside) => {
  const one = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value)
  one.append(...inside)
  return one
}

const listed = (id) => [...(document.getElementById(id)?.options ?? [])]
  .map((option) => ({ value: option.value, title: option.label || option.value, detail: option.value }))

class Picker {
  constructor (plain) {
    this.plain = plain
    this.kind = plain.dataset.pick
    this.many = 'many' in plain.dataset
    this.name = plain.dataset.name ?? plain.name
    this.known = plain.dataset.list ? listed(plain.dataset.list) : []
    this.titles = new Map([...this.known.map((one) => [one.value, one.title]), ...this.told()])
    this.values = this.standing()
    this.found = []
    this.at = -1
    this.build()
  }

  /* What stands there already, and what it is called. */
  told () {
    const picked = this.plain.parentElement.querySelector(':scope > .picked')
    const rows = [...(picked?.children ?? [])].map((row) => [row.dataset.value, row.querySelector('bdi').textContent])
    picked?.remove()
    return rows
  }

  standing () {
    const inputs = this.plain.matches('input, textarea') ? [this.plain] : [...this.plain.querySelectorAll('input')]
    const between = this.kind === 'records' ? /[\s,]+/ : /\n/
    const texts = this.many ? inputs.flatMap((one) => one.value.split(between)) : [inputs[0].value]
    return [...new Set(texts.map((text) => text.trim()).filter(Boolean))]
  }

  build () {
    const id = `pick-${++made}`
    this.list = element('ul', { role: 'listbox', id, hidden: '', 'aria-label': this.plain.dataset.label })
    this.input = element('input', {
      type: 'text', role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id, 'data-unsent': ''
    })
    if (this.plain.id) this.input.id = this.plain.id
    else this.input.setAttribute('aria-label', this.plain.dataset.label)
    for (const name of ['aria-describedby', 'aria-invalid', 'required']) {
      if (this.plain.hasAttribute(name)) this.input.setAttribute(name, this.plain.getAttribute(name))
    }
    this.sent = element('span', { hidden: '' })
    this.chips = element('ul', { class: 'chips', 'aria-label': this.plain.dataset.label })
    this.status = element('span', { class: 'vh', role: 'status' })
    const box = element('div', { class: `picker${this.many ? ' many' : ''}`, 'data-picked': '' }, ...(this.many ? [this.chips] : []), this.input, this.list, this.sent, this.status)
    if (this.kind === 'tags') {
      const how = this.plain.closest('.field').querySelector(':scope > .hint .how')
      if (how) how.textContent = words.each
    }
    this.plain.replaceWith(box)
    this.show()
    this.input.addEventListener('input', (event) => { event.stopPropagation(); this.ask() })
    this.input.addEventListener('change', (event) => event.stopPropagation())
    this.input.addEventListener('focus', () => { if (!this.many) this.input.select() })
    this.input.addEventListener('click', () => { if (this.kind !== 'tags') this.ask(true) })
    this.input.addEventListener('keydown', (event) => this.key(event))
    this.input.addEventListener('blur', () => { this.take(); this.close() })
    this.list.addEventListener('mousedown', (event) => {
      event.preventDefault() // the focus stays where it is
      const row = event.target.closest('[role=option]')
      if (row) this.pick(this.found[Number(row.dataset.place)].value)
    })
  }

  label (value) {
    const title = this.titles.get(value)
    return this.kind === 'records' || !title || title === value ? value : title
  }

  show () {
    this.sent.replaceChildren(...(this.values.length ? this.values : ['']).map((value) => {
      const one = element('input', { type: 'hidden', name: this.name })
      one.value = value
      return one
    }))
    if (!this.many) {
      this.input.value = this.values.length ? this.label(this.values[0]) : ''
      return
    }
    this.chips.replaceChildren(...this.values.map((value, place) => {
      const title = this.titles.get(value)
      const called = this.kind === 'records' && title ? `${value} ${title}` : this.label(value)
      const away = element('button', { type: 'button', 'aria-label': words.remove.replace('{what}', called) }, '×')
      away.addEventListener('click', () => {
        this.values.splice(place, 1)
        this.changed()
        this.input.focus()
      })
      const inside = this.kind === 'records' && title ? [element('span', { class: 'code' }, value), ' ', element('bdi', {}, title)] : [element('bdi', {}, called)]
      return element('li', {}, ...inside, away)
    }))
  }

  changed () {
    this.show()
    this.sent.dispatchEvent(new Event('change', { bubbles: true }))
  }

  pick (value) {
    const one = this.found.find((each) => each.value === value)
    if (one) this.titles.set(value, one.title)
    if (this.many) {
      this.values = [...new Set([...this.values, value])]
      this.input.value = ''
    } else this.values = value ? [value] : []
    this.close()
    this.changed()
  }

  /* What was typed and not picked: kept as it is, where that may be. */
  take () {
    const text = this.input.value.trim()
    if (!this.many) {
      if (text === (this.values.length ? this.label(this.values[0]) : '')) return
      const one = this.known.find((each) => each.title.toLowerCase() === text.toLowerCase())
      this.pick(one ? one.value : text)
      return
    }
    if (!text) return
    const parts = this.kind === 'records' ? text.toUpperCase().split(/[\s,]+/) : text.split(',').map((part) => part.trim()).filter(Boolean)
    if (this.kind === 'records' && !parts.every((part) => NUMBER.test(part))) return
    this.values = [...new Set([...this.values, ...parts])]
    this.input.value = ''
    this.changed()
  }

  key (event) {
    const open = !this.list.hidden
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) { this.ask(true); return }
      const step = event.key === 'ArrowDown' ? 1 : -1
      this.mark((this.at + step + this.found.length) % this.found.length)
    } else if (event.key === 'Enter') {
      event.preventDefault() // the form is sent by its button
      if (open && this.at >= 0) this.pick(this.found[this.at].value)
      else this.take()
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      this.close()
    } else if (event.key === ',' && this.many && this.kind !== 'records') {
      event.preventDefault()
      this.take()
    } else if (event.key === 'Backspace' && this.many && !this.input.value && this.values.length) {
      this.values.pop()
      this.changed()
    }
  }

  async ask (all = false) {
    const text = all && !this.many ? '' : this.input.value.trim()
    this.asked = text
    let found = []
    if (this.plain.dataset.from) {
      clearTimeout(this.timer)
      await new Promise((resolve) => { this.timer = setTimeout(resolve, text ? 180 : 0) })
      const answer = await fetch(`${this.plain.dataset.from}q=${encodeURIComponent(text)}`).catch(() => null)
      if (!answer?.ok || this.asked !== text) return
      found = (await answer.json().catch(() => ({ found: [] }))).found
    } else {
      const parts = text.toLowerCase().split(/\s+/)
      found = this.known.filter((one) => parts.every((part) => `${one.title} ${one.value}`.toLowerCase().includes(part))).slice(0, 50)
    }
    this.found = this.many ? found.filter((one) => !this.values.includes(one.value)) : found
    if (document.activeElement === this.input) this.open()
  }

  open () {
    if (!this.known.length && !this.plain.dataset.from) return
    this.list.replaceChildren(...this.found.map((one, place) => element(
      'li', { role: 'option', id: `${this.list.id}-${place}`, 'data-place': place, 'aria-selected': 'false' },
      ...(this.kind === 'records' ? [element('span', { class: 'code' }, one.value), ' '] : []),
      element('bdi', {}, one.title), ' ', element('small', {}, one.detail)
    )))
    if (!this.found.length) this.list.replaceChildren(element('li', { class: 'none', 'aria-disabled': 'true', role: 'option', 'aria-selected': 'false' }, words.nothing))
    this.list.hidden = false
    this.input.setAttribute('aria-expanded', 'true')
    this.status.textContent = this.found.length ? words.found.replace('{count}', this.found.length) : words.nothing
    this.mark(this.found.length && this.input.value.trim() && this.kind !== 'tags' ? 0 : -1)
  }

  mark (place) {
    this.at = this.found.length ? place : -1
    for (const row of this.list.children) row.setAttribute('aria-selected', String(Number(row.dataset.place) === this.at && this.at >= 0))
    const row = this.at >= 0 ? this.list.children[this.at] : null
    if (row) {
      this.input.setAttribute('aria-activedescendant', row.id)
      row.scrollIntoView({ block: 'nearest' })
    } else this.input.removeAttribute('aria-activedescendant')
  }

  close () {
    this.asked = null
    this.list.hidden = true
    this.at = -1
    this.input.setAttribute('aria-expanded', 'false')
    this.input.removeAttribute('aria-activedescendant')
  }
}

for (const plain of document.querySelectorAll('[data-pick]')) new Picker(plain)
