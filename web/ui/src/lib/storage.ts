/** Small remembered choices; a browser without storage simply forgets them. */
export function remembered<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`weir.${key}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`weir.${key}`, JSON.stringify(value));
  } catch {
    // Full or forbidden storage loses a convenience, nothing else.
  }
}
