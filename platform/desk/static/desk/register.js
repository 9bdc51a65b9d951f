/* Registration: lines that are added, moved and removed by keyboard, and the form sent without leaving the page, so that
   an outage keeps it. Without this script every button of the page still works by sending the form. */
(function () {
  'use strict';

  const form = document.getElementById('register');
  if (!form) return;
  document.body.classList.add('scripted');
  const all = (selector, root) => Array.from((root || form).querySelectorAll(selector));

  /* --- lines: demands, people, files ----------------------------------------------------------------------------------- */
  function reveal(root) {
    all('[data-up], [data-remove]', root).forEach((button) => { button.hidden = false; });
  }

  function number() {
    all('[data-lines="demand"] .lines input[name="demand"]').forEach((input, index) => {
      input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\s*\d*$/, ' ' + (index + 1)));
    });
    all('.lines, .file-list').forEach((list) => {
      all('[data-up]', list).forEach((button, index) => { button.disabled = index === 0; });
    });
  }

  function changed() {
    form.dispatchEvent(new Event('input', { bubbles: true }));
  }

  const first = (line) => line.querySelector('input:not([type=hidden]):not([type=checkbox]), select');

  function add(set, after) {
    const line = set.querySelector('template[data-line]').content.firstElementChild.cloneNode(true);
    reveal(line);
    if (after) after.after(line);
    else set.querySelector('.lines, .people').append(line);
    number();
    first(line).focus();
  }

  function remove(line) {
    const list = line.parentElement;
    const next = line.nextElementSibling || line.previousElementSibling;
    if (list.matches('.lines') && list.children.length === 1) {
      line.querySelector('input').value = '';
    } else {
      line.remove();
      const place = (next && first(next)) || list.parentElement.querySelector('[data-add], [data-pick]');
      if (place) place.focus();
    }
    number();
    changed();
  }

  function move(line, by) {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const held = document.activeElement;
    if (by < 0) other.before(line);
    else other.after(line);
    number();
    if (held && line.contains(held) && !held.disabled) held.focus();
    else (first(line) || line.querySelector('[data-remove]')).focus();
    changed();
  }

  form.addEventListener('click', (event) => {
    const adder = event.target.closest('[data-add]');
    if (adder) {
      event.preventDefault();
      add(adder.closest('[data-lines]'));
      return;
    }
    const remover = event.target.closest('[data-remove]');
    if (remover) remove(remover.closest('li, fieldset.person'));
    const riser = event.target.closest('[data-up]');
    if (riser) move(riser.closest('li'), -1);
  });

  form.addEventListener('keydown', (event) => {
    const line = event.target.closest('.lines > li, .file-list > li');
    if (event.isComposing || !line) return;
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      move(line, event.key === 'ArrowUp' ? -1 : 1);
      return;
    }
    if (!event.target.matches('input[name="demand"]')) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.target.value.trim()) add(line.closest('[data-lines]'), line);
    } else if (event.key === 'Backspace' && !event.target.value && line.parentElement.children.length > 1) {
      event.preventDefault();
      remove(line);
    }
  });

  /* Enter in any other field would send the form before it is finished: Ctrl Enter does that. */
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.target.matches('input:not([type=checkbox]):not([type=radio]):not([type=file])')) {
      event.preventDefault();
    }
  });

  /* --- the session: a page left open meets a fresh token, or somebody who has to sign in again --------------------------- */
  class SignedOut extends Error {}

  async function ask(url, data, wait) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), wait);
    try {
      const answer = await fetch(url, {
        method: 'POST', body: data, credentials: 'same-origin', signal: stop.signal,
        headers: { 'X-CSRFToken': document.body.dataset.csrf, Accept: 'application/json' },
      });
      if (answer.redirected) throw new SignedOut();
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /* True when this same person is signed in and the page has their present token. */
  async function renew() {
    const answer = await fetch(form.getAttribute('action'), { credentials: 'same-origin' });
    if (answer.redirected || !answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.body.dataset.person !== document.body.dataset.person) return false;
    document.body.dataset.csrf = page.body.dataset.csrf;
    all('input[name=csrfmiddlewaretoken]', document).forEach((field) => { field.value = page.body.dataset.csrf; });
    return true;
  }

  async function post(url, data, wait) {
    let answer = await ask(url, data, wait);
    const refusedPage = answer.status === 403 && !(answer.headers.get('content-type') || '').includes('json');
    if (refusedPage) {
      if (!await renew()) throw new SignedOut();
      if (data.has('csrfmiddlewaretoken')) data.set('csrfmiddlewaretoken', document.body.dataset.csrf);
      answer = await ask(url, data, wait);
    }
    return answer;
  }

  /* --- sending -------------------------------------------------------------------------------------------------------------- */
  const LONGEST_MS = 60000;
  const area = document.getElementById('notices');
  let sending = false;

  function busy(on) {
    sending = on;
    const button = form.querySelector('.actbar .btn-primary');
    if (on) button.setAttribute('aria-busy', 'true');
    else button.removeAttribute('aria-busy');
  }

  function later() {
    const texts = document.getElementById('texts').dataset;
    const again = () => { area.textContent = ''; register(); };
    window.huiyin.notice('over', texts.offline, texts.kept, again);
    window.addEventListener('online', again, { once: true });
  }

  async function register() {
    if (sending) return;
    busy(true);
    await Promise.all([form.huiyinDraft.pause(), form.huiyinFiles.settled()]);
    const unsent = navigator.onLine && form.querySelector('.file-row [data-again]');
    if (unsent) {
      busy(false);
      form.huiyinDraft.resume();
      window.huiyin.notice('over', form.dataset.unsent, '');
      unsent.focus();
      return;
    }
    const data = new FormData(form);
    ['upload', 'folder'].forEach((name) => data.delete(name));
    data.set('action', 'register');
    let answer;
    try {
      answer = await post(form.getAttribute('action'), data, LONGEST_MS);
    } catch (cut) {
      busy(false);
      form.huiyinDraft.resume();
      if (cut instanceof SignedOut) form.huiyinDraft.signIn();
      else later();
      return;
    }
    if (answer.status === 201) {
      form.dispatchEvent(new Event('done'));
      window.location.assign((await answer.json()).url);
      return;
    }
    /* Something to correct: the server shows the page again, with all that was typed and what is wrong at each field. */
    form.dispatchEvent(new Event('leaving'));
    const action = document.createElement('input');
    Object.assign(action, { type: 'hidden', name: 'action', value: 'register' });
    form.append(action);
    all('input[type=file]').forEach((field) => { field.disabled = true; });
    HTMLFormElement.prototype.submit.call(form);
  }

  form.addEventListener('submit', (event) => {
    if (event.submitter && event.submitter.name === 'action' && event.submitter.value !== 'register') return;
    event.preventDefault();
    event.stopPropagation();
    register();
  });

  form.huiyin = { all, reveal, number, changed, post, renew, SignedOut };
  reveal(form);
  number();
  const begin = form.querySelector('[name=channel]:checked') || form.querySelector('[name=channel]');
  if (begin && document.activeElement === document.body) begin.focus({ preventScroll: true });
})();
