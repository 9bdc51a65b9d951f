/* Keys of pages.md §7. Single letters rest while a field has focus or an input method composes, and can be switched off. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const STORE = 'huiyin.keys';
  const TYPING = 'input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]';
  let leader = 0; // when G was pressed
  let anchor = null; // the row Shift X reaches back to

  const off = () => localStorage.getItem(STORE) === 'off';
  const shown = (element) => element && element.getClientRects().length > 0 && !element.disabled;

  function showSwitch() {
    all('[data-keys-switch]').forEach((box) => { box.checked = !off(); });
    document.body.classList.toggle('no-keys', off());
  }

  document.addEventListener('change', (event) => {
    if (!event.target.matches || !event.target.matches('[data-keys-switch]')) return;
    localStorage.setItem(STORE, event.target.checked ? 'on' : 'off');
    showSwitch();
  });

  /* --- the list ------------------------------------------------------------------------------------------------------ */
  const rows = () => all('table.worklist tbody tr:not(.group), .hits > li, [data-list] > [data-row]').filter(shown);
  const cursor = () => document.querySelector('.cursor');

  function moveTo(row) {
    if (!row) return;
    const before = cursor();
    if (before) before.classList.remove('cursor');
    row.classList.add('cursor');
    const link = row.querySelector('td.c-title a, h2 a, a');
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  function step(by) {
    const list = rows();
    if (!list.length) return false;
    const at = list.indexOf(cursor());
    moveTo(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)]);
    return true;
  }

  function pick(extend) {
    const row = cursor();
    const box = row && row.querySelector('input[type=checkbox]');
    if (!box) return false;
    const list = rows();
    const from = list.indexOf(anchor);
    const to = list.indexOf(row);
    const value = !box.checked;
    const reach = extend && from >= 0 ? list.slice(Math.min(from, to), Math.max(from, to) + 1) : [row];
    reach.forEach((one) => {
      const its = one.querySelector('input[type=checkbox]');
      if (its && its.checked !== (extend ? true : value)) its.click();
    });
    anchor = row;
    return true;
  }

  function clear() {
    const picked = all('table.worklist tbody input[type=checkbox]:checked');
    picked.forEach((box) => box.click());
    return picked.length > 0;
  }

  /* --- forms --------------------------------------------------------------------------------------------------------- */
  function primary() {
    const focused = document.activeElement && document.activeElement.closest('form, dialog');
    const inside = focused && all('button.btn-primary', focused).find(shown);
    return inside || all('.main button.btn-primary').find(shown);
  }

  function bound(stroke) {
    const dialog = document.querySelector('dialog[open]');
    return all('[data-key="' + CSS.escape(stroke) + '"]', dialog || document).find(shown);
  }

  /* A form beside the main one, such as sending back, has a button of its own: what is written there is never taken for
     consent to the rest of the page. */
  function own(target) {
    const form = target.closest && target.closest('form');
    if (!form || document.querySelector('dialog[open]') || form.querySelector('[data-key="ctrl+enter"], .btn-primary')) return null;
    return all('button:not([type=button])', form).find(shown);
  }

  function press(target) {
    if (!target) return false;
    target.click();
    return true;
  }

  const go = {
    w: () => press(document.querySelector('[data-go="w"]')),
    s: () => press(document.querySelector('[data-go="s"]')),
    d: () => press(document.querySelector('[data-go="d"]')),
  };

  function single(event, key) {
    if (Date.now() - leader < 1500 && go[key]) {
      leader = 0;
      return go[key]();
    }
    leader = 0;
    if (bound(key)) return press(bound(key));
    switch (key) {
      case '/': {
        const box = all('[data-search], .findbox input[type=search], .filters input[type=search]').find(shown);
        if (box) { box.focus(); box.select(); return true; }
        return press(document.querySelector('[data-go="query"]'));
      }
      case '?': {
        const help = document.getElementById('help');
        if (help && !help.open) help.showModal();
        return true;
      }
      case 'g': leader = Date.now(); return true;
      case 'n': return press(document.querySelector('[data-go="n"]'));
      case 'j': return step(1);
      case 'k': return step(-1);
      case 'x': return pick(event.shiftKey);
      case '[': return press(document.querySelector('a[rel=prev]'));
      case ']': return press(document.querySelector('a[rel=next]'));
      default: return false;
    }
  }

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return false;
    const typing = event.target.closest && event.target.closest(TYPING);
    const combined = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (combined && event.key === 'Enter') return press(own(event.target) || bound('ctrl+enter') || primary());
    if (combined && event.key.toLowerCase() === 's') return press(document.querySelector('[data-save]'));
    if (event.altKey && !combined && event.key.length === 1) return press(bound('alt+' + event.key.toLowerCase()));
    if (combined || event.altKey) return false;
    if (event.key === 'Escape') {
      if (typing || document.querySelector('dialog[open]')) return false;
      return press(bound('esc')) || clear();
    }
    if (typing || off()) return false;
    if (document.querySelector('dialog[open]')) return false;
    const onControl = event.target.closest && event.target.closest('a, button, summary, input, [role=tab]');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (onControl && !onControl.closest('.cursor')) return false;
      return step(event.key === 'ArrowDown' ? 1 : -1);
    }
    if (event.key === 'Enter') {
      const row = cursor();
      if (onControl || !row) return false;
      return press(row.querySelector('td.c-title a, h2 a, a'));
    }
    return event.key.length === 1 ? single(event, event.key.toLowerCase()) : false;
  }

  document.addEventListener('keydown', (event) => {
    if (onKey(event)) event.preventDefault();
  });

  showSwitch();
})();
