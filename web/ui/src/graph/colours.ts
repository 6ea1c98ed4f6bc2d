/** Line colours in the order of the lines; each list has enough contrast on its theme's surface. */
const light = ['#0b72a6', '#c2530a', '#1b7f48', '#8a3ac4', '#c2215f', '#76660a', '#0b8484', '#5257d0', '#a33a2a', '#50606b'];
const dark = ['#4fb9ec', '#ff9a52', '#5fd08f', '#c78df6', '#ff7fae', '#d8c34e', '#4fd2cf', '#9aa4ff', '#ff8f7f', '#b6c3cc'];

export function lineColour(index: number, onDark: boolean): string {
  const list = onDark ? dark : light;
  return list[index % list.length]!;
}

/** translucent adds an opacity to a six-digit colour. */
export function translucent(colour: string, opacity: number): string {
  return colour + Math.round(opacity * 255).toString(16).padStart(2, '0');
}
