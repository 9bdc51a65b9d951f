/* A field that finds what is meant by name, code or sound: <input list="places" data-combo="lead">. The datalist is the
   source, and what remains without this script. "lead" looks at the first word only and keeps the rest; "whole" takes all. */
(function () {
  'use strict';

  const MOST = 8;

  function read(list) {
    return Array.from(list.options).map((option) => ({
      value: option.value,
      name: option.value.toLowerCase(),
      code: option.dataset.code || '',
      letters: option.dataset.letters || '',
      sound: option.dataset.sound || '',
      above: option.dataset.above || '',
    }));
  }

  /* 0: not at all. The order of the ways: name, code, first letters, whole sound, then inside the name or the letters. */
  function fit(option, asked) {
    if (option.name.startsWith(asked)) return 9;
    if (option.name.includes(asked)) return 7;
    if (!/^[\x21-\x7e]+$/.test(asked)) return option.above.includes(asked) ? 1 : 0;
    if (option.code && option.code.startsWith(asked)) return 8;
    if (option.letters.startsWith(asked)) return 6;
    if (option.sound.startsWith(asked)) return 5;
    if (asked.length > 1 && option.letters.includes(asked)) return 3;
    return asked.length > 2 && option.sound.includes(asked) ? 2 : 0;
  }

  function marked(text, asked) {
    const at = asked ? text.toLowerCase().indexOf(asked) : -1;
    if (at < 0) return [text];
    const mark = document.createElement('mark');
    mark.textContent = text.slice(at, at + asked.length);
    return [text.slice(0, at), mark, text.slice(at + asked.length)];
  }

  function start(input) {
    const source = document.getElementById(input.getAttribute('list') || '');
    if (!source) return;
    const options = read(source);
    const lead = input.dataset.combo === 'lead';
    const box = document.createElement('ul');
    box.className = 'combo';
    box.id = input.id + '_options';
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', source.dataset.label || '');
    box.hidden = true;
    input.removeAttribute('list');
    input.after(box);
    input.parentElement.classList.add('combo-field');
    Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': box.id })
      .forEach(([name, value]) => input.setAttribute(name, value));
    let shown = [];
    let active = -1;

    function asked() {
      const typed = input.value.replace(/^\s+/, '').toLowerCase();
      return lead ? typed.split(/\s/)[0] : typed.trim();
    }

    function close() {
      box.hidden = true;
      shown = [];
      active = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }

    function point(to) {
      active = to;
      Array.from(box.children).forEach((row, at) => row.setAttribute('aria-selected', String(at === to)));
      if (to < 0) {
        input.removeAttribute('aria-activedescendant');
        return;
      }
      input.setAttribute('aria-activedescendant', box.children[to].id);
      box.children[to].scrollIntoView({ block: 'nearest' });
    }

    function row(option, at, word) {
      const line = document.createElement('li');
      line.id = box.id + '_' + at;
      line.setAttribute('role', 'option');
      const name = document.createElement('b');
      name.append(...marked(option.value, word));
      const beside = document.createElement('small');
      beside.textContent = (option.above ? [option.above, option.code] : [option.code, option.letters]).filter(Boolean).join(' · ');
      line.append(name, ' ', beside);
      line.addEventListener('mousedown', (event) => { event.preventDefault(); choose(option); });
      return line;
    }

    function open() {
      const word = asked();
      shown = word ? options.map((option) => [fit(option, word), option]).filter((pair) => pair[0])
        .sort((a, b) => b[0] - a[0]).slice(0, MOST).map((pair) => pair[1]) : [];
      const done = shown.some((option) => option.name === word);
      box.textContent = '';
      if (!shown.length || (done && (lead || shown.length === 1))) {
        close();
        return;
      }
      box.append(...shown.map((option, at) => row(option, at, word)));
      box.hidden = false;
      input.setAttribute('aria-expanded', 'true');
      /* Letters and digits stand for something else, so the best is taken by Enter; Chinese words may stay as they are. */
      point(/^[\x21-\x7e]+$/.test(word) || !lead ? 0 : -1);
    }

    function choose(option) {
      const typed = input.value.trim();
      const rest = lead ? typed.slice(typed.split(/\s/)[0].length).trim() : '';
      input.value = lead ? (option.value + ' ' + rest) : option.value;
      close();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      close();
    }

    input.addEventListener('input', (event) => { if (!event.isComposing) open(); });
    input.addEventListener('compositionend', open);
    input.addEventListener('blur', close);
    input.addEventListener('keydown', (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'ArrowDown' && box.hidden) open();
      if (box.hidden) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const by = event.key === 'ArrowDown' ? 1 : -1;
        point((active + by + shown.length + (active < 0 && by < 0 ? 1 : 0)) % shown.length);
      } else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0) {
        choose(shown[active]);
        if (event.key === 'Tab') return;
      } else if (event.key === 'Escape') {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  document.querySelectorAll('input[data-combo]').forEach(start);
})();
