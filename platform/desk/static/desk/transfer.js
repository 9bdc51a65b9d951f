/* Choosing a receiver by keyboard, and fields that only one class or way needs. Works as plain forms without this. */
(function () {
  'use strict';

  const form = document.getElementById('transfer') || document.getElementById('objection');
  if (!form) return;
  document.body.classList.add('scripted');
  const all = (selector, root) => Array.from((root || form).querySelectorAll(selector));
  const chosen = (name) => {
    const field = form.querySelector('input[name="' + name + '"]:checked, input[type=hidden][name="' + name + '"]');
    return field ? field.value : '';
  };

  function show() {
    all('[data-for-way]').forEach((part) => { part.hidden = chosen('way') !== part.dataset.forWay; });
    all('[data-for-class]').forEach((part) => { part.hidden = chosen('klass') !== part.dataset.forClass; });
  }

  form.addEventListener('change', show);
  /* Who forgot the class or the date is not asked first: the form goes to the server, which says so at the field. */
  form.addEventListener('click', (event) => {
    const day = form.querySelector('[data-for-way="assign"] input');
    const forgot = (form.elements.klass && !chosen('klass')) || (chosen('way') === 'assign' && day && !day.value);
    if (event.target.closest('[data-open]') && forgot) event.stopPropagation();
  });
  /* What was typed goes to the server now; the copy in this browser is not needed any more. */
  form.addEventListener('submit', () => form.dispatchEvent(new Event('saved')));

  /* Arrows go from the search box into the table and back; Enter takes the first that may be chosen. */
  const seek = form.querySelector('input[type=search]');
  const radios = () => all('.pick input[type=radio]:not(:disabled)');

  function pick(radio) {
    if (!radio) return;
    radio.focus();
    if (!radio.checked) radio.click();
  }

  if (seek) {
    const calm = document.activeElement === document.body && !document.querySelector('[data-focus]');
    if (calm && 'first' in seek.dataset && matchMedia('(hover: hover)').matches) seek.focus({ preventScroll: true });
    seek.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown') {
        event.preventDefault();
        pick(radios().find((radio) => radio.checked) || radios()[0]);
      } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        pick(radios()[0]);
      }
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowUp' && event.target === radios()[0]) {
        event.preventDefault();
        event.stopPropagation();
        seek.focus();
      }
    }, true);
  }

  /* Enter in the box for copies ticks the first that is not ticked yet; the box is free for the next name. */
  const copied = document.getElementById('copy');
  if (copied && copied.type === 'search') {
    copied.addEventListener('keydown', (event) => {
      if (event.isComposing || event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = copied.value.trim() && form.querySelector('#copies input:not(:checked)');
      if (!next) return;
      next.click();
      copied.value = '';
    });
  }

  /* Standard wording goes to the end of what is written already. */
  const letter = form.elements.note;
  all('.wordings').forEach((part) => {
    part.hidden = false;
    part.addEventListener('click', (event) => {
      const button = event.target.closest('[data-words]');
      if (!button) return;
      const before = letter.value.trim();
      letter.value = before ? before + '\n' + button.dataset.words : button.dataset.words;
      letter.dispatchEvent(new Event('input', { bubbles: true }));
      letter.focus();
    });
  });

  /* What was chosen by searching is not on a page that is loaded again: it is asked for once more (drafts.js keeps it). */
  function chosenAgain(box, name, place) {
    const kept = sessionStorage.getItem('huiyin.draft.' + (document.body.dataset.person || '') + '.' + form.dataset.draft);
    if (!box || !kept || form.querySelector('.invalid')) return;
    const values = JSON.parse(kept).filter((pair) => pair[0] === name).map((pair) => pair[1]);
    if (values.every((value) => form.querySelector('input[name="' + name + '"][value="' + value + '"]'))) return;
    const asked = new URLSearchParams(values.map((value) => [name, value]));
    fetch(box.getAttribute('hx-get') + '?' + asked, { credentials: 'same-origin' })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then((html) => {
        document.querySelector(place).innerHTML = html;
        form.dispatchEvent(new Event('change', { bubbles: true }));
      })
      .catch(() => { /* the box still finds it */ });
  }

  if (form.id === 'transfer') {
    chosenAgain(seek, 'to', '#units');
    chosenAgain(copied, 'copy', '#copies');
  }
  show();
})();
