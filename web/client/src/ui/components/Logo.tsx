/** The mark: a chest whose keyhole is a heart. Same drawing as public/icon.svg. */
export function Logo() {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true" className="logo">
      <rect x="4" y="4" width="56" height="56" rx="16" className="logo-ground" />
      <path
        className="logo-line"
        d="M14 27.5c0-7 5-11.5 11.5-11.5h13C45 16 50 20.5 50 27.5V45a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3Z"
      />
      <path className="logo-line" d="M14 28.5h36" />
      <path
        className="logo-heart"
        d="M32 43c-4.6-3.2-7.3-5.7-7.3-8.9 0-2.2 1.7-3.8 3.7-3.8 1.5 0 2.9.8 3.6 2.1.7-1.3 2.1-2.1 3.6-2.1 2 0 3.7 1.6 3.7 3.8 0 3.2-2.7 5.7-7.3 8.9Z"
      />
    </svg>
  );
}
