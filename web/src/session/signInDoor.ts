// The sign-in page. It is made without React (docs/adr/0011-sign-in-without-react.md): it is there a
// moment after the page itself, and the app is fetched while the password is typed.

import { navigate } from '@/kit/address';
import { appName, windowTitle } from '@/kit/appName';
import { h } from '@/kit/dom';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { buttonClass, inputClass, revealClass } from '@/ui/looks';
import { legalLinks } from './legal';
import { currentSession, signIn } from './session';

interface Door {
  close: () => void;
}

/**
 * Shows the page in the host. The address stays as it is, so that signing in leads to the page that was
 * asked for. onTyping is called once, when somebody begins to sign in.
 */
export function openSignIn(host: HTMLElement, onTyping: () => void): Door {
  const { expired } = currentSession();
  const title = expired ? i18n.t('Welcome back') : i18n.t('Sign in');
  const { form, first } = signInForm();
  document.title = windowTitle(title);
  form.addEventListener('focusin', onTyping, { once: true });
  host.replaceChildren(
    h(
      'main',
      { id: 'main', class: 'h-full overflow-y-auto px-5 pt-[max(1.5rem,14vh)] pb-10' },
      h(
        'div',
        { class: 'mx-auto flex w-full max-w-[22.5rem] flex-col' },
        h(
          'div',
          { class: 'flex items-center gap-2.5' },
          h('img', { src: '/icon.svg', width: 30, height: 30, alt: '' }),
          h('span', { class: 'font-semibold text-lg tracking-tight' }, appName()),
        ),
        h('h1', { class: 'mt-8 font-semibold text-2xl tracking-[-0.02em]' }, title),
        expired &&
          h(
            'p',
            { class: 'mt-2 text-ink-2 text-md' },
            i18n.t('Your session ended. Sign in to go on where you were; what you typed is kept.'),
          ),
        form,
        !expired && otherWay(),
        legal(),
      ),
    ),
  );
  host.hidden = false;
  first.focus();
  return {
    close: () => {
      host.hidden = true;
      host.replaceChildren();
    },
  };
}

function signInForm() {
  const { user, expired } = currentSession();
  const email = h('input', {
    id: 'email',
    name: 'email',
    type: 'email',
    autocomplete: 'username',
    required: true,
    value: user?.email,
    class: cx(inputClass, 'h-11'),
  });
  const password = h('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    class: cx(inputClass, 'h-11 pr-20'),
  });
  const keep = h('input', { type: 'checkbox', checked: true, class: 'size-4 accent-accent' });
  const failure = h('div', { role: 'alert' });
  const submit = h(
    'button',
    { type: 'submit', class: cx(buttonClass('primary', 'lg'), 'w-full') },
    i18n.t('Sign in'),
  );

  let busy = false;
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const unfit = [email, password].find((input) => !input.checkValidity());
    if (unfit) {
      failure.replaceChildren(note(i18n.t('Sign in with your email address and your password.')));
      unfit.focus();
      return;
    }
    busy = true;
    submit.textContent = i18n.t('Signing in…');
    submit.classList.add('animate-shimmer');
    failure.replaceChildren();
    try {
      await signIn(email.value.trim(), password.value, keep.checked);
    } catch (error) {
      failure.replaceChildren(failureBox(error));
      submit.textContent = i18n.t('Sign in');
      submit.classList.remove('animate-shimmer');
      password.focus();
      password.select();
    } finally {
      busy = false;
    }
  };
  const form = h(
    'form',
    {
      class: 'mt-7 flex flex-col gap-4',
      noValidate: true,
      onsubmit: (event) => void onSubmit(event),
    },
    field(i18n.t('Email'), email),
    field(i18n.t('Password'), h('div', { class: 'relative' }, password, eye(password)), password),
    h(
      'label',
      { class: 'flex w-fit items-center gap-2.5 py-1 text-ink-2 pointer-coarse:min-h-11' },
      keep,
      i18n.t('Keep me signed in'),
    ),
    failure,
    submit,
  );
  return { form, first: expired && user ? password : email };
}

function field(label: string, control: HTMLElement, input = control): HTMLElement {
  return h(
    'div',
    { class: 'flex flex-col gap-1.5' },
    h('label', { for: input.id, class: 'font-medium text-sm' }, label),
    control,
  );
}

/** Shows and hides what is typed. */
function eye(password: HTMLInputElement): HTMLElement {
  const button = h(
    'button',
    {
      type: 'button',
      'aria-label': i18n.t('Show what is typed'),
      class: revealClass,
      onclick: () => {
        const shown = password.type === 'text';
        password.type = shown ? 'password' : 'text';
        button.setAttribute(
          'aria-label',
          shown ? i18n.t('Show what is typed') : i18n.t('Hide what is typed'),
        );
        button.textContent = shown ? i18n.t('Show') : i18n.t('Hide');
      },
    },
    i18n.t('Show'),
  );
  return button;
}

function failureBox(error: unknown): HTMLElement {
  const { title, requestId } = errorText(error);
  return note(title, requestId && `${i18n.t('Request')} ${requestId}`);
}

function note(title: string, detail?: string): HTMLElement {
  return h(
    'div',
    { class: 'rounded-md border border-danger/35 bg-danger-soft px-3.5 py-3' },
    h('p', { class: 'font-medium' }, title),
    detail && h('p', { class: 'mt-1 break-all text-ink-2 text-xs' }, detail),
  );
}

/** The way to what whoever runs this server wants to have read. */
function legal(): HTMLElement | null {
  const links = legalLinks().map(({ label, url, newTab }) =>
    h('a', { href: url, target: newTab && '_blank', rel: 'noreferrer', class: 'underline' }, label),
  );
  if (links.length === 0) return null;
  return h('p', { class: 'mt-8 flex flex-wrap gap-x-4 gap-y-1 text-ink-3 text-sm' }, ...links);
}

function otherWay(): HTMLElement {
  if (!currentSession().boot.registration) {
    return h(
      'p',
      { class: 'mt-6 text-ink-3 text-sm' },
      i18n.t('No account, or a lost password? Ask whoever runs this server.'),
    );
  }
  const link = h(
    'a',
    {
      href: '/register',
      class: 'font-medium underline decoration-accent/40 hover:decoration-accent',
      onclick: (event) => {
        if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey)
          return;
        event.preventDefault();
        navigate('/register');
      },
    },
    i18n.t('Create an account'),
  );
  return h('p', { class: 'mt-6 text-ink-2' }, i18n.t('New here?'), ' ', link);
}
