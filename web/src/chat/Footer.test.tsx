import { render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { session } from '@/session/session';
import { Footer } from './Footer';

function show(footer: string) {
  session.set((now) => ({
    ...now,
    boot: { ...now.boot, page: { ...now.boot.page, footer } },
  }));
  return render(<Footer />).container;
}

afterEach(() => void show(''));

describe('the footer', () => {
  it('shows its parts, and links in them', () => {
    const { textContent } = show(
      'Ask [Ann](mailto:ann@example.org) | [Rules](/rules), [more](https://example.org/a?b=c)',
    );
    expect(textContent).toBe('Ask AnnRules, more');
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      'mailto:ann@example.org',
      '/rules',
      'https://example.org/a?b=c',
    ]);
  });

  it('leads nowhere by other addresses, and is no HTML', () => {
    const container = show('[x](javascript:alert(1)) [y](//evil.example) <b>z</b>');
    expect(container.querySelector('a, b')).toBeNull();
    expect(container.textContent).toContain('<b>z</b>');
  });

  it('is not there without words', () => {
    expect(show(' ').childElementCount).toBe(0);
  });
});
