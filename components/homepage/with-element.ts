import type { Homepage, HomepageElement, ShownElement } from "@/lib/homepage/schema";

/** The homepage as it would be with this element on it, at the place that `order` (ids of all elements) gives it. */
export function withElement(
  homepage: Homepage,
  element: HomepageElement,
  order: readonly string[],
): Homepage {
  const shown: ShownElement = element;
  if (shown.type === "hero-video") return { ...homepage, hero: shown };
  const place = ({ id }: ShownElement) => {
    const at = order.indexOf(id);
    return at === -1 ? order.length : at;
  };
  const others = homepage.elements.filter(({ id }) => id !== shown.id);
  return { ...homepage, elements: [...others, shown].sort((a, b) => place(a) - place(b)) };
}
