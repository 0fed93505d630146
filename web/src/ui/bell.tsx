/** The mark of the house. */
export function Bell({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`${className} shrink-0`} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#17171c" />
      <path d="M7 21.5a9 9 0 0 1 18 0z" fill="#d9a441" />
      <rect x="5.5" y="22.5" width="21" height="2.6" rx="1.3" fill="#d9a441" />
      <path d="M16 12.6V9.8" stroke="#d9a441" strokeWidth="2" strokeLinecap="round" />
      <circle cx="16" cy="8.6" r="1.9" fill="#d9a441" />
    </svg>
  )
}
