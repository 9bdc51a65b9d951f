/* The tree of departments: folding, arrows, and a row dragged onto its new parent. Moving itself is a page that says
   what will happen; this only leads there. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const tree = () => document.querySelector('[data-tree]');
  const nodeOf = (element) => element && element.closest('[data-node]');
  const linkOf = (node) => node.querySelector('.tree-name a');
  const foldOf = (node) => node.querySelector(':scope > .tree-row .tree-fold');
  const links = () => all('.tree-name a', tree()).filter((link) => link.getClientRects().length > 0);

  function fold(button, open) {
    button.setAttribute('aria-expanded', open ? 'true' : 'false');
    document.getElementById(button.getAttribute('aria-controls')).hidden = !open;
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('.tree-fold');
    if (button) fold(button, button.getAttribute('aria-expanded') !== 'true');
  });

  /* --- keys: only while a name has the focus ----------------------------------------------------------------------- */
  function step(link, by) {
    const shown = links();
    const next = shown[shown.indexOf(link) + by];
    if (next) next.focus();
  }

  function inwards(node) {
    const button = foldOf(node);
    if (!button) return;
    if (button.getAttribute('aria-expanded') !== 'true') fold(button, true);
    else step(linkOf(node), 1);
  }

  function outwards(node) {
    const button = foldOf(node);
    if (button && button.getAttribute('aria-expanded') === 'true') {
      fold(button, false);
      return;
    }
    const parent = nodeOf(node.parentElement);
    if (parent) linkOf(parent).focus();
  }

  document.addEventListener('keydown', (event) => {
    const link = event.target.closest && event.target.closest('.tree-name a');
    if (!link || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const node = nodeOf(link);
    const moves = {
      ArrowDown: () => step(link, 1),
      ArrowUp: () => step(link, -1),
      ArrowRight: () => inwards(node),
      ArrowLeft: () => outwards(node),
      Home: () => links()[0].focus(),
      End: () => links().pop().focus(),
    };
    let act = moves[event.key];
    if (!act && !document.body.classList.contains('no-keys')) {
      const way = node.querySelector(':scope > .tree-row [data-act="' + CSS.escape(event.key.toLowerCase()) + '"]');
      if (way) act = () => { location.href = way.href; };
    }
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);

  /* --- dragging ------------------------------------------------------------------------------------------------------- */
  let dragged = null;

  /* What the server will say, guessed: sections of the desk stay there, units hang under bodies, nothing under itself. */
  function takes(target) {
    if (!dragged || !target || dragged.contains(target) || target === nodeOf(dragged.parentElement)) return false;
    const what = dragged.dataset.area;
    const where = target.dataset.area;
    const root = target.dataset.node === tree().dataset.root;
    if (what === 'unit') return where === 'unit';
    if (what === 'desk') return where === 'desk' || root;
    return !root && where !== 'desk';
  }

  function mark(node) {
    all('.tree-row.drop', tree()).forEach((row) => row.classList.remove('drop'));
    if (node) node.querySelector('.tree-row').classList.add('drop');
  }

  document.addEventListener('dragstart', (event) => {
    const row = event.target.closest && event.target.closest('.tree-row[draggable]');
    if (!row) return;
    dragged = nodeOf(row);
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', linkOf(dragged).textContent);
    row.classList.add('dragged');
  });

  document.addEventListener('dragover', (event) => {
    const target = dragged && nodeOf(event.target);
    if (!takes(target)) {
      mark(null);
      return;
    }
    event.preventDefault();
    mark(target);
  });

  document.addEventListener('drop', (event) => {
    const target = dragged && nodeOf(event.target);
    if (!takes(target)) return;
    event.preventDefault();
    const home = tree().dataset;
    location.href = home.move.replace(home.root, dragged.dataset.node) + '?to=' + target.dataset.node;
  });

  document.addEventListener('dragend', () => {
    if (dragged) dragged.querySelector('.tree-row').classList.remove('dragged');
    dragged = null;
    if (tree()) mark(null);
  });
})();
