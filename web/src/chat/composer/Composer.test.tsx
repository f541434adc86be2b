import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '@/session/session';
import { applySettings, defaults } from '@/session/settings';
import { Around, FakeServer, preparePage } from '../testing';
import { Composer, type ComposerProps } from './Composer';

beforeEach(() => {
  preparePage();
  new FakeServer();
});
afterEach(() => {
  applySettings(defaults);
  session.set((now) => ({ ...now, boot: { ...now.boot, uploads: { maxBytes: 0 } } }));
  vi.unstubAllGlobals();
});

function show(props: Partial<ComposerProps> = {}) {
  const onSubmit = vi.fn();
  const all: ComposerProps = {
    draftKey: 'chat',
    model: 'acme/seer',
    onModel: () => undefined,
    onSubmit,
    ...props,
  };
  const view = render(<Composer {...all} />, { wrapper: Around });
  const area = screen.getByRole<HTMLTextAreaElement>('textbox', { name: /message/i });
  return { ...view, onSubmit, area, user: userEvent.setup() };
}

describe('sending', () => {
  it('takes Enter, sends what is typed without its edges, and is empty again', async () => {
    const { user, area, onSubmit } = show();
    await user.type(area, '  hello there {Enter}');
    expect(onSubmit).toHaveBeenCalledWith({ text: 'hello there', media: [] });
    expect(area.value).toBe('');
  });

  it('does not send nothing', async () => {
    const { user, area, onSubmit } = show();
    await user.type(area, '   {Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('makes a line with Shift+Enter', async () => {
    const { user, area, onSubmit } = show();
    await user.type(area, 'one{Shift>}{Enter}{/Shift}two');
    expect(area.value).toBe('one\ntwo');
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('swaps the keys when the user wants it so', async () => {
    applySettings({ ...defaults, sendKey: 'mod+enter' });
    const { user, area, onSubmit } = show();
    await user.type(area, 'one{Enter}two');
    expect(area.value).toBe('one\ntwo');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(onSubmit).toHaveBeenCalledWith({ text: 'one\ntwo', media: [] });
  });

  it('leaves Enter to an input method that is composing', async () => {
    const { user, area, onSubmit } = show();
    await user.type(area, 'にほん');
    fireEvent.keyDown(area, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(area, { key: 'Enter', keyCode: 229 });
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('keeps the text while an answer is being written, and says so', async () => {
    const onStop = vi.fn();
    const { user, area, onSubmit } = show({ hold: true, onStop });
    await user.type(area, 'next question{Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
    expect(area.value).toBe('next question');
    expect(screen.getByText(/your text stays here/i)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Stop the answer' }));
    expect(onStop).toHaveBeenCalledOnce();
  });

  it('does not send to a model that is gone', async () => {
    const { user, area, onSubmit } = show({ model: 'acme/gone' });
    expect(await screen.findByText(/gone is not available any more/)).toBeTruthy();
    await user.type(area, 'hello{Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
  });
});

describe('choosing the model', () => {
  it('leads back to the text', async () => {
    const onModel = vi.fn();
    const { user, area } = show({ onModel });
    await user.click(screen.getByRole('button', { name: /Model:/ }));
    await user.click(await screen.findByRole('option', { name: /Mole/ }));
    expect(onModel).toHaveBeenCalledWith('acme/mole');
    await waitFor(() => expect(document.activeElement).toBe(area));
  });

  it('leads back to its button when it was left', async () => {
    const { user } = show();
    const button = screen.getByRole('button', { name: /Model:/ });
    await user.click(button);
    await screen.findByRole('option', { name: /Mole/ });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(button));
  });
});

describe('typing markdown', () => {
  it('continues a list, and ends it at an empty item', async () => {
    const { user, area } = show();
    await user.type(area, '- milk{Shift>}{Enter}{/Shift}bread');
    expect(area.value).toBe('- milk\n- bread');
    await user.keyboard('{Shift>}{Enter}{Enter}{/Shift}');
    expect(area.value).toBe('- milk\n- bread\n');
  });

  it('closes a fence and keeps Enter for the code in it', async () => {
    const { user, area, onSubmit } = show();
    await user.type(area, '```js{Enter}let a{Enter}let b');
    expect(area.value).toBe('```js\nlet a\nlet b\n```');
    expect(onSubmit).not.toHaveBeenCalled();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(onSubmit).toHaveBeenCalledOnce();
  });
});

describe('a draft', () => {
  it('is there again when the composer is', async () => {
    const first = show();
    await first.user.type(first.area, 'half a thought');
    first.unmount();
    expect(show().area.value).toBe('half a thought');
  });

  it('belongs to its chat', async () => {
    const first = show({ draftKey: 'one' });
    await first.user.type(first.area, 'for one');
    first.unmount();
    expect(show({ draftKey: 'two' }).area.value).toBe('');
  });

  it('is gone once sent', async () => {
    const first = show();
    await first.user.type(first.area, 'sent{Enter}');
    first.unmount();
    expect(show().area.value).toBe('');
  });

  it('of an edit is dropped when the edit is left', async () => {
    const onCancel = vi.fn();
    const edit: Partial<ComposerProps> = {
      mode: 'edit',
      initial: { text: 'as it was', media: [] },
      onCancel,
    };
    const first = show(edit);
    await first.user.type(first.area, ' and more{Escape}');
    expect(onCancel).toHaveBeenCalledOnce();
    first.unmount();
    expect(show(edit).area.value).toBe('as it was');
  });
});

describe('keys', () => {
  it('goes up to the last question only from an empty composer', async () => {
    const onUp = vi.fn();
    const { user, area } = show({ onUp });
    await user.type(area, 'x{ArrowUp}');
    expect(onUp).not.toHaveBeenCalled();
    await user.clear(area);
    await user.keyboard('{ArrowUp}');
    expect(onUp).toHaveBeenCalledOnce();
  });
});

describe('pasting', () => {
  it('turns rich text into markdown where the caret is', async () => {
    const { user, area } = show();
    await user.type(area, 'see : end');
    area.setSelectionRange(4, 4);
    paste(area, {
      'text/html': '<p>a <b>bold</b> <a href="https://example.org">link</a></p>',
      'text/plain': 'a bold link',
    });
    await waitFor(() => expect(area.value).toBe('see a **bold** [link](https://example.org): end'));
  });

  it('leaves plain text to the browser', () => {
    const { area } = show();
    const prevented = paste(area, {
      'text/html': '<span style="color:red">just text</span>',
      'text/plain': 'just text',
    });
    expect(prevented).toBe(false);
  });
});

describe('pictures', () => {
  const picture = new File(['x'], 'cat.png', { type: 'image/png' });
  const uploaded = { id: 'f1', name: 'cat.png', mime: 'image/png', size: 1, width: 2, height: 2 };

  it('are uploaded, shown, and sent with the message', async () => {
    uploads(201, uploaded);
    const { user, area, onSubmit } = show();
    await user.upload(screen.getByLabelText('Pictures', { selector: 'input' }), picture);
    await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
    await user.type(area, 'who is this?{Enter}');
    expect(onSubmit).toHaveBeenCalledWith({
      text: 'who is this?',
      media: [expect.objectContaining({ file: 'f1', mime: 'image/png' })],
    });
    expect(screen.queryByRole('list', { name: 'Pictures' })).toBeNull();
  });

  it('can be taken back', async () => {
    uploads(201, uploaded);
    const { user } = show();
    await user.upload(screen.getByLabelText('Pictures', { selector: 'input' }), picture);
    await user.click(screen.getByRole('button', { name: 'Remove cat.png' }));
    expect(screen.queryByRole('list', { name: 'Pictures' })).toBeNull();
  });

  it('are refused for a model that sees none', async () => {
    uploads(201, uploaded);
    const { user, area, onSubmit } = show({ model: 'acme/mole' });
    await user.upload(screen.getByLabelText('Pictures', { selector: 'input' }), picture);
    expect(await screen.findByText(/Mole cannot see pictures/)).toBeTruthy();
    await user.type(area, 'look{Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('say why the server did not take them', async () => {
    uploads(503, { code: 'shutting_down' });
    const { user } = show();
    await user.upload(screen.getByLabelText('Pictures', { selector: 'input' }), picture);
    expect((await screen.findByRole('alert')).textContent).toContain('restarting');
  });

  it('are refused before they are sent when they are more than the server takes', async () => {
    uploads(201, uploaded);
    session.set((now) => ({
      ...now,
      boot: { ...now.boot, uploads: { maxBytes: 9, limits: { '': { count: 1 } } } },
    }));
    const { user } = show();
    const input = screen.getByLabelText('Pictures', { selector: 'input' });
    await user.upload(input, new File(['more than nine'], 'large.png', { type: 'image/png' }));
    expect((await screen.findByRole('alert')).textContent).toContain('too large: at most 9');
    await user.click(screen.getByRole('button', { name: 'Remove large.png' }));
    await user.upload(input, picture);
    await user.upload(input, new File(['y'], 'dog.png', { type: 'image/png' }));
    expect((await screen.findByRole('alert')).textContent).toContain('At most 1 picture');
  });

  it('come from the clipboard too', async () => {
    uploads(201, uploaded);
    const { area } = show();
    paste(area, {}, [picture]);
    expect(await screen.findByRole('button', { name: 'Remove cat.png' })).toBeTruthy();
  });
});

/** Pastes; the result says whether the composer took it over. */
function paste(area: HTMLElement, data: Record<string, string>, files: File[] = []): boolean {
  const clipboardData = {
    getData: (type: string) => data[type] ?? '',
    types: Object.keys(data),
    files,
  };
  return !fireEvent.paste(area, { clipboardData });
}

/** A server for uploads, where XMLHttpRequest would reach it. */
function uploads(status: number, body: object): void {
  class Request {
    upload = {};
    status = status;
    responseText = JSON.stringify(body);
    onload: () => void = () => undefined;
    open() {}
    setRequestHeader() {}
    abort() {}
    send() {
      queueMicrotask(() => this.onload());
    }
  }
  vi.stubGlobal('XMLHttpRequest', Request);
}
