/* Registration: lines that are added, moved and removed by keyboard, files sent at once, the draft kept on the server.
   Without this script every button of the page still works by sending the form. */
(function () {
  'use strict';

  const form = document.getElementById('register');
  if (!form) return;
  document.body.classList.add('scripted');
  const all = (selector, root) => Array.from((root || form).querySelectorAll(selector));
  const PAUSE_MS = 1000;
  const RETRY_MS = 5000;

  /* --- lines: demands, people, files ----------------------------------------------------------------------------------- */
  function reveal(root) {
    all('[data-up], [data-remove]', root).forEach((button) => { button.hidden = false; });
  }

  function number() {
    all('[data-lines="demand"] .lines input[name="demand"]').forEach((input, index) => {
      input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\s*\d*$/, ' ' + (index + 1)));
      input.closest('li').querySelector('[data-up]').disabled = index === 0;
    });
  }

  function add(set, after) {
    const line = set.querySelector('template[data-line]').content.firstElementChild.cloneNode(true);
    reveal(line);
    if (after) after.after(line);
    else set.querySelector('.lines, .people').append(line);
    number();
    line.querySelector('input[type="text"], input:not([type]), select').focus();
  }

  function changed() {
    form.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function remove(line) {
    const list = line.parentElement;
    const next = line.nextElementSibling || line.previousElementSibling;
    if (list.matches('.lines') && list.children.length === 1) {
      line.querySelector('input').value = '';
    } else {
      line.remove();
      if (next && next.querySelector('input, select')) next.querySelector('input, select').focus();
    }
    number();
    changed();
  }

  function move(line, by) {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(line);
    else other.after(line);
    number();
    line.querySelector('input').focus();
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
    if (event.isComposing || !event.target.matches('input[name="demand"]')) return;
    const line = event.target.closest('li');
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      move(line, event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add(line.closest('[data-lines]'), line);
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

  /* --- the draft -------------------------------------------------------------------------------------------------------- */
  const said = document.querySelector('[data-drafted]');
  const stale = document.querySelector('[data-stale]');
  let timer = 0;
  let saving = null;
  let again = false;
  let stopped = false;

  function say(text) {
    said.textContent = text;
    said.hidden = false;
  }

  async function send() {
    const data = new FormData(form);
    data.delete('upload');
    const answer = await fetch(form.dataset.autosave, {
      method: 'POST', body: data, headers: { 'X-CSRFToken': document.body.dataset.csrf }, credentials: 'same-origin',
    });
    if (answer.redirected) throw new Error('signed out');
    if (answer.status === 204) return;
    if (answer.status === 412) {
      stopped = true;
      stale.hidden = false;
      stale.scrollIntoView({ block: 'nearest' });
      return;
    }
    const kept = await answer.json();
    if (!answer.ok) {
      if (answer.status >= 500) throw new Error('not saved');
      say(kept.error);
      return;
    }
    form.elements.draft.value = kept.draft;
    form.elements.draft_version.value = kept.version;
    form.setAttribute('data-draft-saved', '');
    form.dispatchEvent(new Event('saved'));
    say(kept.said + form.dataset.tail);
    const here = new URL(window.location.href);
    if (here.searchParams.get('draft') !== kept.draft) {
      window.history.replaceState(null, '', here.pathname + '?draft=' + kept.draft);
    }
  }

  function save() {
    clearTimeout(timer);
    if (stopped || form.dataset.sending) return saving || Promise.resolve();
    if (saving) {
      again = true;
      return saving;
    }
    saving = send().catch(() => {
      say(form.dataset.unsaved);
      timer = setTimeout(save, RETRY_MS);
    }).then(() => {
      saving = null;
      if (again) {
        again = false;
        return save();
      }
      return undefined;
    });
    return saving;
  }

  form.addEventListener('input', (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  form.addEventListener('submit', () => clearTimeout(timer));

  form.addEventListener('click', (event) => {
    if (!event.target.closest('[data-save]') || stopped) return;
    event.preventDefault();
    save();
  });

  /* --- files ------------------------------------------------------------------------------------------------------------ */
  const files = form.querySelector('[data-files]');
  const picker = form.querySelector('#upload');
  const list = files.querySelector('.file-list');
  const progress = files.querySelector('[data-progress]');
  const drop = files.querySelector('.drop');
  let underway = 0;

  function showProgress() {
    progress.textContent = underway ? progress.dataset.busy.replace('{n}', underway) : '';
  }

  function refused(name, why) {
    const line = document.createElement('li');
    line.className = 'file-row refused';
    const text = document.createElement('span');
    text.setAttribute('role', 'alert');
    line.append(text);
    list.append(line);
    text.textContent = name + '　' + why;
  }

  async function upload(file) {
    const data = new FormData();
    data.append('upload', file, file.name || 'screenshot.png');
    underway += 1;
    showProgress();
    try {
      const answer = await fetch(form.dataset.upload, {
        method: 'POST', body: data, headers: { 'X-CSRFToken': document.body.dataset.csrf }, credentials: 'same-origin',
      });
      const text = await answer.text();
      if (answer.status === 201) {
        const page = new DOMParser().parseFromString('<ul>' + text + '</ul>', 'text/html');
        const line = document.importNode(page.querySelector('li'), true);
        reveal(line);
        list.append(line);
        changed();
      } else if ((answer.headers.get('content-type') || '').startsWith('text/plain')) {
        refused(file.name, text);
      } else {
        const told = new DOMParser().parseFromString(text, 'text/html').querySelector('p');
        refused(file.name, told ? told.textContent : progress.dataset.broken);
      }
    } catch (cut) {
      refused(file.name, progress.dataset.broken);
    }
    underway -= 1;
    showProgress();
  }

  function take(given) {
    const details = files.closest('details');
    if (given.length && details) details.open = true;
    Array.from(given).reduce((before, file) => before.then(() => upload(file)), Promise.resolve());
  }

  picker.addEventListener('change', () => {
    const given = Array.from(picker.files);
    picker.value = '';
    take(given);
  });
  form.addEventListener('dragover', (event) => {
    if (!event.dataTransfer || !Array.from(event.dataTransfer.types).includes('Files')) return;
    event.preventDefault();
    drop.classList.add('over');
  });
  form.addEventListener('dragleave', () => drop.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove('over');
    take(event.dataTransfer.files);
  });
  document.addEventListener('paste', (event) => {
    if (!event.clipboardData || !event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });

  reveal(form);
  number();
})();
