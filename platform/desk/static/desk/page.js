/* What every page does: focus on what changed, choices, menus, dialogs, htmx under a strict policy, and no lost form. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const texts = () => document.getElementById('texts').dataset;

  /* --- focus: an error summary, a refusal or a receipt takes it as soon as it appears ------------------------------ */
  function focusOn(root) {
    const found = root.matches && root.matches('[data-focus]') ? root : root.querySelector('[data-focus]');
    if (found) {
      found.focus({ preventScroll: true });
      found.scrollIntoView({ block: 'nearest' });
    }
  }

  /* --- choices: the chosen label is marked for browsers without :has, and what goes with it is shown ---------------- */
  function markChoices(root) {
    all('.choices input, .pick input', root).forEach((input) => {
      const frame = input.closest('tr') || input.closest('label');
      frame.classList.toggle('on', input.checked);
    });
  }

  document.addEventListener('change', (event) => {
    const set = event.target.closest && event.target.closest('.choices, .pick');
    if (set) markChoices(set);
    const chosen = event.target.name + '=' + event.target.value;
    all('details[data-opens]').forEach((more) => {
      if (more.dataset.opens === chosen) more.open = true;
    });
  });

  /* --- menus and dialogs --------------------------------------------------------------------------------------------- */
  document.addEventListener('click', (event) => {
    all('details.menu[open]').forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const opener = event.target.closest('[data-open]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    const closer = event.target.closest('[data-close]');
    if (closer) closer.closest('dialog').close();
    const printer = event.target.closest('[data-print]');
    if (printer) window.print();
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    all('details.menu[open]').forEach((menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  /* --- notices ------------------------------------------------------------------------------------------------------- */
  function notice(shape, strong, rest, retry) {
    const area = document.getElementById('notices');
    const box = document.createElement('div');
    box.className = 'notice notice-box';
    box.dataset.shape = shape;
    const line = document.createElement('span');
    const bold = document.createElement('b');
    bold.textContent = strong;
    line.append(bold, rest || '');
    if (retry) {
      const again = document.createElement('button');
      again.type = 'button';
      again.className = 'btn';
      again.textContent = texts().retry;
      again.addEventListener('click', () => { area.textContent = ''; retry(); });
      line.append(again);
    }
    box.append(line);
    area.textContent = '';
    area.append(box);
    area.scrollIntoView({ block: 'nearest' });
  }

  /* --- without a network what was asked stays on the page, with all that was typed, and is done when the network is back */
  let postponed = null; // the latest: nobody means two at once

  function postpone(act) {
    const again = () => {
      postponed = null;
      document.getElementById('notices').textContent = '';
      act();
    };
    postponed = again;
    notice('over', texts().offline, texts().kept, again);
  }

  window.addEventListener('online', () => { if (postponed) postponed(); });

  /* --- htmx: a failure keeps the page as it was and says so ------------------------------------------------------------ */
  document.addEventListener('htmx:configRequest', (event) => {
    event.detail.headers['X-CSRFToken'] = document.body.dataset.csrf || '';
  });

  /* A form goes again by the button that sent it, a button is pressed again, what asks by itself is asked anew. */
  function resend(event) {
    const asked = event.detail.requestConfig;
    const by = asked.triggeringEvent && asked.triggeringEvent.submitter;
    postpone(() => {
      if (asked.elt.matches('form')) asked.elt.requestSubmit(by && asked.elt.contains(by) ? by : undefined);
      else if (asked.elt.matches('button')) asked.elt.click();
      else window.location.reload();
    });
  }

  /* Only a change is worth saying that it was not saved, or sending again; a failed look-up while typing stays silent. */
  const changes = (event) => (event.detail.requestConfig.verb || 'get') !== 'get' && event.detail.requestConfig.elt.matches('form, button, section');

  document.addEventListener('htmx:sendError', (event) => { if (changes(event)) resend(event); });
  document.addEventListener('htmx:timeout', (event) => { if (changes(event)) resend(event); });

  document.addEventListener('htmx:responseError', (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText || '', 'text/html');
    const said = page.querySelector('.refusal');
    if (said) {
      const title = said.querySelector('h1');
      const text = said.querySelector('p');
      notice('hold', (title ? title.textContent : '') + '　', text ? text.textContent : '');
    } else if (event.detail.xhr.status >= 500) {
      notice('over', texts().broken, texts().still);
    } else {
      notice('hold', texts().refused, texts().still);
    }
  });

  /* A part that is brought anew while its question stands open asks it again. */
  let asking = '';

  document.addEventListener('htmx:beforeSwap', (event) => {
    const open = event.detail.target.querySelector('dialog[open]');
    asking = open ? open.id : '';
  });

  document.addEventListener('htmx:afterSwap', (event) => {
    markChoices(event.detail.target);
    focusOn(event.detail.target);
    const again = asking && document.getElementById(asking);
    if (again && !again.open) again.showModal();
    asking = '';
  });

  /* --- a form is sent once -------------------------------------------------------------------------------------------- */
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sending && !form.hasAttribute('hx-post')) {
      event.preventDefault();
      return;
    }
    if (form.hasAttribute('data-download') || form.method === 'dialog') return;
    if (!navigator.onLine && form.method === 'post' && !form.hasAttribute('hx-post')) {
      event.preventDefault();
      const by = event.submitter;
      const dialog = form.closest('dialog[open]') || form.querySelector('dialog[open]');
      if (dialog) dialog.close();
      postpone(() => form.requestSubmit(by && form.contains(by) ? by : undefined));
      return;
    }
    form.dataset.sending = 'yes';
    if (event.submitter) event.submitter.setAttribute('aria-busy', 'true');
  });
  window.addEventListener('pageshow', () => {
    all('form[data-sending]').forEach((form) => { delete form.dataset.sending; });
    all('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    const form = event.detail.elt.closest('form');
    if (!form) return;
    delete form.dataset.sending;
    all('[aria-busy]', form).forEach((button) => button.removeAttribute('aria-busy'));
  });

  /* --- choosing sends: the language, a filter ------------------------------------------------------------------------- */
  document.addEventListener('change', (event) => {
    if (event.target.matches && event.target.matches('[data-send]')) event.target.form.submit();
  });

  /* --- a strip of tabs wider than the screen shows the one that is open ------------------------------------------------ */
  all('.tabs [aria-current]').forEach((tab) => {
    const strip = tab.parentElement;
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  });

  markChoices(document);
  focusOn(document.body);
  window.huiyin = { notice };
})();
