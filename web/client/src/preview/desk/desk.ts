/**
 * What every viewer stands on: a bar of tools, the pane below it that scrolls, and the list of keys.
 *
 * Owns focus, names and keyboard; knows nothing of documents.
 */
import type { Words } from '../words';
import { icon, type IconName } from './icons';
import { keyName, listenToKeys, type Shortcut } from './keys';

export interface Tool {
  readonly icon: IconName;
  readonly label: string;
  readonly keys?: readonly string[];
  readonly run: () => void;
}

export class Desk {
  readonly pane: HTMLDivElement;
  readonly bar: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #lang: Words;
  readonly #shortcuts: Shortcut[] = [];

  constructor(stage: HTMLElement, lang: Words) {
    this.#stage = stage;
    this.#lang = lang;
    this.bar = document.createElement('div');
    this.bar.className = 'bar';
    this.bar.setAttribute('role', 'group');
    this.bar.setAttribute('aria-label', lang.tools);
    this.pane = document.createElement('div');
    this.pane.className = 'pane';
    // Whoever has no mouse scrolls it by the arrows.
    this.pane.tabIndex = 0;
    this.pane.setAttribute('role', 'region');
    this.pane.setAttribute('aria-label', lang.document);
    stage.replaceChildren(this.bar, this.pane);
    // Another desk may take its place on the stage.
    listenToKeys(() => (this.bar.isConnected ? this.#shortcuts : []));
  }

  /** Adds a button; its keys work wherever the focus is, but where somebody types. */
  tool(tool: Tool): HTMLButtonElement {
    const button = toolButton(tool);
    this.#learn(tool);
    this.bar.append(button);
    return button;
  }

  /** A button that stays pressed. */
  toggle(tool: Omit<Tool, 'run'>, pressed: boolean, change: (on: boolean) => void): HTMLButtonElement {
    const run = () => {
      const on = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(on));
      change(on);
    };
    const button = this.tool({ ...tool, run });
    button.setAttribute('aria-pressed', String(pressed));
    return button;
  }

  /** Keys without a button. */
  keys(shortcut: Shortcut): void {
    this.#shortcuts.push(shortcut);
  }

  /** A quiet space between groups. */
  gap(): void {
    const gap = document.createElement('span');
    gap.className = 'gap';
    this.bar.append(gap);
  }

  /** A row below the bar. */
  row(element: HTMLElement): void {
    this.pane.before(element);
  }

  /** The last button: what the keys do. */
  help(): void {
    const { help, helpTitle, close, gestures } = this.#lang;
    this.gap();
    const run = () => {
      const list = document.createElement('dl');
      for (const { keys, label } of this.#shortcuts) list.append(...this.#keyRow(keys, label));
      const note = document.createElement('p');
      note.className = 'note';
      note.textContent = gestures;
      openDialog(this.#stage, { title: helpTitle, close }, [list, note]);
    };
    this.tool({ icon: 'help', label: help, keys: ['?'], run });
  }

  /** CSS pixels that would show everything of a content this high. */
  heightFor(content: number): number {
    return this.#stage.offsetHeight - this.pane.offsetHeight + content;
  }

  #learn({ keys, label, run }: Tool): void {
    if (keys !== undefined) this.#shortcuts.push({ keys, label, run });
  }

  #keyRow(keys: readonly string[], label: string): readonly HTMLElement[] {
    const term = document.createElement('dt');
    keys.forEach((key, index) => {
      if (index > 0) term.append(` ${this.#lang.or} `);
      const shown = document.createElement('kbd');
      shown.textContent = keyName(key);
      term.append(shown);
    });
    const text = document.createElement('dd');
    text.textContent = label;
    return [term, text];
  }
}

export function toolButton({ icon: name, label, keys = [], run }: Tool): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tool';
  button.title = keys[0] === undefined ? label : `${label} (${keyName(keys[0])})`;
  button.setAttribute('aria-label', label);
  button.append(icon(name));
  button.addEventListener('click', run);
  return button;
}

/** A modal over the stage, gone when it is closed; the focus goes back by itself. */
export function openDialog(
  stage: HTMLElement,
  words: { readonly title: string; readonly close: string },
  content: readonly HTMLElement[],
): void {
  const dialog = document.createElement('dialog');
  const title = document.createElement('h2');
  title.textContent = words.title;
  title.id = 'dialog-title';
  dialog.setAttribute('aria-labelledby', title.id);
  const head = document.createElement('div');
  head.className = 'dialog-head';
  head.append(title, toolButton({ icon: 'close', label: words.close, run: () => dialog.close() }));
  const body = document.createElement('div');
  body.className = 'dialog-body';
  body.tabIndex = 0;
  body.setAttribute('role', 'region');
  body.setAttribute('aria-labelledby', title.id);
  body.append(...content);
  dialog.append(head, body);
  dialog.addEventListener('close', () => dialog.remove());
  stage.append(dialog);
  dialog.showModal();
}
