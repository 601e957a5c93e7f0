// Choosing rows of a list: all of a page, a range with Shift, and how many there are.
document.documentElement.classList.add('scripted')
let last = null

const boxes = (form) => [...form.querySelectorAll('[name=record]')]

function show (form) {
  const all = boxes(form)
  const chosen = all.filter((box) => box.checked)
  const bar = form.querySelector('[data-bulk]')
  if (!bar) return
  const every = form.querySelector('[name=all]')
  bar.classList.toggle('on', chosen.length > 0)
  if (!chosen.length) every.checked = false
  const count = bar.querySelector('[data-count]')
  count.textContent = `${chosen.length} ${count.dataset.words}`
  const top = form.querySelector('[data-pick-all] input')
  top.checked = chosen.length > 0 && chosen.length === all.length
  top.indeterminate = chosen.length > 0 && chosen.length < all.length
}

document.addEventListener('click', (event) => {
  const box = event.target.closest('.picking [name=record]')
  if (!box) return
  const all = boxes(box.form)
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b)
    for (const each of all.slice(from, to + 1)) each.checked = box.checked
  }
  last = box
})
document.addEventListener('change', (event) => {
  const form = event.target.closest('.picking')
  if (!form) return
  if (event.target.matches('[data-pick-all] input')) for (const box of boxes(form)) box.checked = event.target.checked
  show(form)
})
function begin () {
  for (const form of document.querySelectorAll('.picking')) {
    const top = form.querySelector('[data-pick-all]')
    if (top) top.hidden = false
    show(form)
  }
}
/** What stands beside the table when that alone has changed: how many values of a filter are set, and what a view would keep. */
function follow () {
  for (const facet of document.querySelectorAll('.facet')) {
    const set = facet.querySelectorAll('input:checked').length + [...facet.querySelectorAll('input:not([type=checkbox])')].filter((one) => one.value).length
    facet.querySelector('summary').classList.toggle('set', set > 0)
    facet.querySelector('summary .number').textContent = set || ''
  }
  const fold = document.querySelector('.filters > summary')
  if (fold) {
    const chosen = fold.parentElement.querySelectorAll('input:checked').length
    const said = [...fold.parentElement.querySelectorAll('select, input:not([type=checkbox])')].filter((one) => one.value).length
    fold.classList.toggle('set', chosen + said > 0)
    fold.querySelector('.number').textContent = chosen + said ? `(${chosen + said})` : ''
  }
  const keeps = document.querySelector('[data-keeps]')
  if (keeps) keeps.search = window.location.search
}
document.addEventListener('htmx:afterSwap', begin)
document.addEventListener('htmx:pushedIntoHistory', follow)
begin()
