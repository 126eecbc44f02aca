/** Elements without a framework. */

type Child = Node | string | number | null | undefined | false;
type Handler = (event: Event) => unknown;

/** Properties of an element: attributes as texts, `class`, handlers as `onclick`, data of its own. */
export type Props = Record<string, string | number | boolean | Handler | undefined>;

/** An element with properties and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, props: Props = {}, ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), event => void value(event));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element: Node, children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts children in the place of those an element has. */
export function fill(element: Element, ...children: (Child | Child[])[]): void {
  element.replaceChildren();
  append(element, children);
}

let fields = 0;

/** A labelled input, with what is wrong with it below. */
export function field(
  label: string, props: Props & { hint?: string } = {},
): { root: HTMLElement; input: HTMLInputElement; fail: (message: string) => void } {
  const id = `field-${String((fields += 1))}`;
  const { hint, ...rest } = props;
  const input = h('input', { id, 'aria-describedby': `${id}-note`, autocomplete: 'off', ...rest });
  const note = h('p', { id: `${id}-note`, class: 'note' }, hint ?? '');
  input.addEventListener('input', () => {
    input.removeAttribute('aria-invalid');
    fill(note, hint ?? '');
  });
  const fail = (message: string) => {
    input.setAttribute('aria-invalid', 'true');
    fill(note, message);
    input.focus();
  };
  return { root: h('div', { class: 'field' }, h('label', { for: id }, label), input, note), input, fail };
}

/** A labelled choice. */
export function choice(label: string, options: { value: string; text: string }[], selected?: string): {
  root: HTMLElement; select: HTMLSelectElement;
} {
  const id = `field-${String((fields += 1))}`;
  const select = h('select', { id }, options.map(({ value, text }) =>
    h('option', { value, selected: value === selected }, text)));
  return { root: h('div', { class: 'field' }, h('label', { for: id }, label), select), select };
}

/** A form that runs something when it is sent; meanwhile its buttons rest. */
export function form(label: string, submit: string, onSubmit: () => Promise<void>, ...children: Child[]): HTMLFormElement {
  const button = h('button', { type: 'submit' }, submit);
  const element = h('form', { 'aria-label': label, novalidate: true }, children, h('div', { class: 'actions' }, button));
  element.addEventListener('submit', event => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    element.setAttribute('aria-busy', 'true');
    void onSubmit().finally(() => {
      button.disabled = false;
      element.removeAttribute('aria-busy');
    });
  });
  return element;
}

/** Copies a text, and says so. */
export function copyButton(text: string, label = 'Copy'): HTMLButtonElement {
  const button = h('button', {
    type: 'button',
    class: 'plain',
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      fill(button, 'Copied');
      setTimeout(() => {
        fill(button, label);
      }, 1500);
    },
  }, label);
  return button;
}
