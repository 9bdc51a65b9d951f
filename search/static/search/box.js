/* A search box that lists what may be meant while one types: <input data-suggest="…"> and the listbox "<id>-list" after it.
   Arrows point, Enter opens what is pointed at, else sends what was typed; Esc shuts the list, then leaves the box. */
(function () {
  'use strict';

  const WAIT_MS = 120;
  const PERSONAL = /(^|\D)(1[3-9]\d{9}|[1-9]\d{5}(18|19|20)\d{9}[\dXx])(?![\d])/;
  const personal = (text) => PERSONAL.test(text.normalize('NFKC').replace(/([\dXx])[\s\-–—]+(?=[\dXx])/g, '$1'));

  function start(input) {
    const list = document.getElementById(input.id + '-list');
    let timer = 0;
    let asking = null;
    let active = -1;
    Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })
      .forEach(([name, value]) => input.setAttribute(name, value));

    const rows = () => Array.from(list.children);

    function close() {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
      list.hidden = true;
      active = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }

    function point(to) {
      active = to;
      rows().forEach((row, at) => row.setAttribute('aria-selected', String(at === to)));
      if (to < 0) input.removeAttribute('aria-activedescendant');
      else input.setAttribute('aria-activedescendant', rows()[to].id);
    }

    function show(html) {
      list.innerHTML = html; // our own server's, escaped there
      rows().forEach((row) => { row.id = list.id + '-' + row.id; });
      active = -1;
      input.removeAttribute('aria-activedescendant');
      list.hidden = rows().length === 0 || document.activeElement !== input;
      input.setAttribute('aria-expanded', String(!list.hidden));
    }

    function ask() {
      const typed = input.value.trim();
      if (asking) asking.abort();
      if (personal(typed)) { close(); return; }
      const mine = new AbortController();
      asking = mine;
      fetch(input.dataset.suggest + '?q=' + encodeURIComponent(typed), {
        signal: mine.signal, credentials: 'same-origin', headers: { 'HX-Request': 'true' },
      }).then((answer) => (answer.ok && !answer.redirected ? answer.text() : '')).then((html) => {
        if (asking === mine) show(html);
      }).catch(() => { /* the next letter asks again */ });
    }

    function later(event) {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    }

    function open(row) {
      window.location.assign(row.dataset.url);
    }

    input.addEventListener('input', later);
    input.addEventListener('compositionend', later);
    input.addEventListener('blur', close);
    list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const row = event.target.closest('[role=option]');
      if (row && event.button === 0) open(row);
    });

    /* A phone or an ID number goes into no address. */
    input.form.addEventListener('submit', (event) => {
      if (!personal(input.value)) { close(); return; }
      event.preventDefault();
      event.stopPropagation();
      window.location.assign(input.dataset.people);
    }, true);

    input.addEventListener('keydown', (event) => {
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      const shut = list.hidden;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        if (shut && event.key === 'ArrowDown' && input.id === 'find' && toHits()) event.preventDefault();
        else if (shut) ask();
        if (shut) return;
        const count = rows().length;
        const by = event.key === 'ArrowDown' ? 1 : -1;
        point((active + 1 + by + count + 1) % (count + 1) - 1); // round, by way of the box itself
      } else if (event.key === 'Enter' && active >= 0) {
        open(rows()[active]);
      } else if (event.key === 'Escape') {
        if (shut) input.blur();
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /* From the box down into the hits. */
  function toHits() {
    const row = document.querySelector('.hits > .cursor') || document.querySelector('.hits > li');
    const link = row && row.querySelector('h2 a, a');
    if (!link) return false;
    row.classList.add('cursor');
    link.focus();
    return true;
  }

  document.querySelectorAll('input[data-suggest]').forEach(start);
})();
