/* Material of a registration: chosen, dropped, pasted or taken from the folder a scanner writes to; each goes up at once,
   shows how far it is, waits out an outage, can be moved and left out. */
(function () {
  'use strict';

  const form = document.getElementById('register');
  if (!form) return;
  const { all, reveal, number, changed, post } = form.huiyin;
  const files = form.querySelector('[data-files]');
  const texts = files.dataset;
  const list = files.querySelector('.file-list');
  const picker = files.querySelector('#upload');
  const folder = files.querySelector('#folder');
  const found = files.querySelector('[data-folder]');
  const LATEST = 200;
  const APART_MS = 5 * 60 * 1000;
  const DAY_MS = 24 * 60 * 60 * 1000;
  let queue = Promise.resolve();
  let underway = 0;
  const told = files.querySelector('[data-progress]');

  function count(by) {
    underway += by;
    told.textContent = underway ? texts.busy.replace('{n}', underway) : '';
  }

  function element(name, properties, ...inside) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  }

  /* --- one file --------------------------------------------------------------------------------------------------------------- */
  function send(file, moved) {
    return new Promise((resolve, reject) => {
      const data = new FormData();
      data.append('upload', file, file.name);
      const request = new XMLHttpRequest();
      request.open('POST', form.dataset.upload);
      request.setRequestHeader('X-CSRFToken', document.body.dataset.csrf);
      request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) moved(event.loaded / event.total); });
      request.addEventListener('load', () => resolve(request));
      request.addEventListener('error', () => reject(new Error('cut')));
      request.addEventListener('timeout', () => reject(new Error('cut')));
      request.timeout = 10 * 60 * 1000;
      request.send(data);
    });
  }

  function size(bytes) {
    return bytes >= 1048576 ? (bytes / 1048576).toFixed(1) + ' MB' : Math.max(Math.floor(bytes / 1024), 1) + ' KB';
  }

  function named(file) {
    if (file.name && file.name !== 'image.png') return file;
    const now = new Date();
    const two = (n) => String(n).padStart(2, '0');
    const at = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('');
    return new File([file], texts.shot + at + '.png', { type: file.type });
  }

  function refuse(line, file, why, again) {
    line.className = 'file-row refused';
    line.textContent = '';
    line.append(element('span', {}, file.name + '　' + why));
    line.firstChild.setAttribute('role', 'alert');
    if (again) {
      const button = element('button', { type: 'button', className: 'btn btn-quiet' }, texts.again);
      button.setAttribute('data-again', '');
      button.addEventListener('click', again);
      line.append(button);
      window.addEventListener('online', () => { if (line.isConnected && line.matches('.refused')) again(); }, { once: true });
    }
    line.append(element('button', { type: 'button', className: 'btn btn-quiet' }, texts.drop));
    line.lastChild.setAttribute('data-remove', '');
    line.lastChild.setAttribute('aria-label', texts.drop + ' ' + file.name);
  }

  function answered(request, line, file, again) {
    if (!request.responseURL.endsWith(form.dataset.upload)) {
      form.huiyinDraft.signIn();
      refuse(line, file, texts.cut, again);
      return;
    }
    const plain = (request.getResponseHeader('content-type') || '').startsWith('text/plain');
    if (request.status === 201) {
      const page = new DOMParser().parseFromString('<ul>' + request.responseText + '</ul>', 'text/html');
      const row = document.importNode(page.querySelector('li'), true);
      const token = row.querySelector('input[name=file]').value;
      if (all('input[name=file]', list).some((field) => field.value === token)) {
        refuse(line, file, texts.twice);
        return;
      }
      reveal(row);
      line.replaceWith(row);
      number();
      changed();
    } else {
      const page = plain ? null : new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('.refusal p, p');
      refuse(line, file, plain ? request.responseText : (page ? page.textContent : texts.broken));
    }
  }

  async function upload(given, line) {
    const file = given;
    const again = () => upload(file, line);
    const bar = element('progress', { max: 100, value: 0 });
    bar.setAttribute('aria-label', file.name);
    const share = element('small', { className: 'muted' }, texts.wait);
    line.className = 'file-row';
    line.textContent = '';
    line.append(element('span', {}, file.name), bar, share);
    count(1);
    const turn = queue.then(async () => {
      try {
        const go = () => send(file, (part) => {
          bar.value = Math.round(part * 100);
          share.textContent = bar.value + '%，' + size(file.size);
        });
        let request = await go();
        if (request.status === 403 && await form.huiyin.renew()) request = await go();
        answered(request, line, file, again);
      } catch (cut) {
        refuse(line, file, texts.cut, again);
      }
      count(-1);
    });
    queue = turn;
    return turn;
  }

  function take(given) {
    Array.from(given).map(named).forEach((file) => {
      const line = element('li', { className: 'file-row' });
      list.append(line);
      upload(file, line);
    });
  }

  /* --- chosen, dropped, pasted -------------------------------------------------------------------------------------------------- */
  all('[data-pick]', files).forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => files.querySelector('#' + button.dataset.pick).click());
  });
  picker.addEventListener('change', () => {
    const given = Array.from(picker.files);
    picker.value = '';
    take(given);
  });
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer || !Array.from(event.dataTransfer.types).includes('Files')) return;
    event.preventDefault();
    files.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) files.classList.remove('over'); });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    event.preventDefault();
    files.classList.remove('over');
    const folders = Array.from(event.dataTransfer.items || []).map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    Array.from(event.dataTransfer.files).forEach((file, at) => {
      if (!folders[at] || !folders[at].isDirectory) {
        take([file]);
        return;
      }
      const line = element('li', {});
      list.append(line);
      refuse(line, file, texts.folderWay);
    });
  });
  document.addEventListener('paste', (event) => {
    if (!event.clipboardData || !event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });

  /* --- the scan folder: the newest first, the last batch ticked; only what is ticked goes up -------------------------------------- */
  const endings = (picker.accept || '').split(',').filter(Boolean);
  const wanted = (file) => file.size > 0 && !/^[.~]/.test(file.name) && endings.some((ending) => file.name.toLowerCase().endsWith(ending))
    && (file.webkitRelativePath || '').split('/').length <= 2;

  function batch(rows) {
    const last = rows.findIndex((file, at) => at > 0 && rows[at - 1].lastModified - file.lastModified > APART_MS);
    return Date.now() - rows[0].lastModified > DAY_MS ? 0 : (last < 0 ? rows.length : last);
  }

  function moment(file) {
    const at = new Date(file.lastModified);
    const two = (n) => String(n).padStart(2, '0');
    return [two(at.getMonth() + 1), two(at.getDate())].join('-') + ' ' + two(at.getHours()) + ':' + two(at.getMinutes());
  }

  function shut() {
    found.hidden = true;
    found.querySelector('ul').textContent = '';
  }

  folder.addEventListener('change', () => {
    const all_ = Array.from(folder.files);
    const name = ((all_[0] || {}).webkitRelativePath || '').split('/')[0];
    const rows = all_.filter(wanted).sort((a, b) => b.lastModified - a.lastModified || b.name.localeCompare(a.name, 'zh', { numeric: true })).slice(0, LATEST);
    const ticked = rows.length ? batch(rows) : 0;
    const shown = found.querySelector('ul');
    shown.textContent = '';
    rows.forEach((file, at) => {
      const box = element('input', { type: 'checkbox', className: 'form-check-input', checked: at < ticked });
      const label = element('label', { className: 'check' }, box, element('span', {}, file.name), element('small', { className: 'muted' }, moment(file) + '　' + size(file.size)));
      box.huiyinFile = file;
      shown.append(element('li', {}, label));
    });
    found.querySelector('legend').textContent = (rows.length ? texts.inFolder : texts.noneInFolder).replace('{name}', name).replace('{n}', rows.length);
    found.querySelector('[data-attach]').hidden = !rows.length;
    found.hidden = false;
    folder.value = '';
    (shown.querySelector('input') || found.querySelector('[data-shut]')).focus();
  });
  found.querySelector('[data-attach]').addEventListener('click', () => {
    const chosen = all('input:checked', found).map((box) => box.huiyinFile);
    chosen.sort((a, b) => a.lastModified - b.lastModified || a.name.localeCompare(b.name, 'zh', { numeric: true }));
    shut();
    take(chosen);
    files.querySelector('[data-pick=folder]').focus();
  });
  found.querySelector('[data-shut]').addEventListener('click', () => { shut(); files.querySelector('[data-pick=folder]').focus(); });

  form.huiyinFiles = { settled: () => queue };
})();
