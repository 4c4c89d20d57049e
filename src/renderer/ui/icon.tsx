/** Icons of one weight, drawn on 16 × 16; they decorate words and are never the only sign of anything. */
const paths = {
  overview: 'M2 12.5 5.5 8l3 2.5L14 4M10.5 4H14v3.5',
  inbox: 'M2 9h3.2l1.2 2h3.2l1.2-2H14M3.6 3h8.8L14 9v3.2a.8.8 0 0 1-.8.8H2.8a.8.8 0 0 1-.8-.8V9z',
  orders: 'M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5',
  risk: 'M8 1.8 13.2 4v3.6c0 3.1-2.1 5.4-5.2 6.6-3.1-1.2-5.2-3.5-5.2-6.6V4z',
  journal: 'M4 2h8.5v12H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 2M5.5 5h4.5M5.5 8h4.5M5.5 11h2.5',
  settings: 'M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.2 2.8v3.4M5.8 9.8v3.4',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5V10M8 11.8v.2',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 4l4 4-4 4',
  external: 'M9 3h4v4M13 3 7.5 8.5M11.5 9.5V13H3V4.5h3.5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.3 10.3 14 14',
  info: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 7.3V11M8 5v.2',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.5 9.3A5.8 5.8 0 0 1 6.7 2.5a5.8 5.8 0 1 0 6.8 6.8',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  hand: 'M5 8V3.6a1 1 0 0 1 2 0V7M7 6.5V2.6a1 1 0 0 1 2 0V7M9 6.8V3.6a1 1 0 0 1 2 0V8M11 7.5V5.6a1 1 0 0 1 2 0v4c0 2.6-1.7 4.4-4.2 4.4-2 0-3.1-.8-4-2.4L2.9 8.9c-.3-.6-.1-1.1.3-1.4.5-.3 1-.2 1.4.3L5 8.4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
