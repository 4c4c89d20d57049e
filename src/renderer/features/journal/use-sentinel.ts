import { useEffect, useRef } from 'react';

/** Calls when the element comes into sight: the end of a list that goes on. The element has a button as well. */
export function useSentinel(onSeen: () => void): React.RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) onSeen();
    });
    observer.observe(current);
    return () => observer.disconnect();
  });
  return element;
}
