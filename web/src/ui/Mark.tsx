/** The product's mark: a speech bubble with two voices. Decoration; the name stands beside it. */
export function Mark({ size = 28, className }: { size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      className={className}
    >
      <path
        d="M16 3C8.800 3 3 8 3 14.500c0 3.300 1.500 6.200 4 8.300v4.600c0 .9 1 1.400 1.700.9l4.200-2.700c1 .2 2 .3 3.100.3 7.200 0 13-5 13-11.400S23.200 3 16 3Z"
        fill="var(--accent)"
      />
      <path
        d="M10 12.500h12M10 17h7.500"
        stroke="var(--on-accent)"
        strokeWidth="2.400"
        strokeLinecap="round"
      />
    </svg>
  );
}
