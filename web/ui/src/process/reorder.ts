import type { Attachment } from 'svelte/attachments';

interface Order {
  count: () => number;
  move: (from: number, to: number) => void;
}

/** dragged lets the children of a list be moved by their .grip, with mouse, pen or finger. */
export function dragged(order: Order): Attachment<HTMLElement> {
  return (list) => {
    let held: HTMLElement | null = null;

    function down(event: PointerEvent): void {
      const grip = (event.target as Element).closest('.grip');
      const row = grip?.closest<HTMLElement>('li');
      if (!row || event.button !== 0) return;
      event.preventDefault();
      held = row;
      row.classList.add('held');
      list.setPointerCapture(event.pointerId);
    }

    function over(event: PointerEvent): void {
      if (!held) return;
      const rows = [...list.children] as HTMLElement[];
      const from = rows.indexOf(held);
      const to = target(rows, from, event.clientY);
      if (to !== from && to < order.count()) order.move(from, to);
    }

    function up(): void {
      held?.classList.remove('held');
      held = null;
    }

    list.addEventListener('pointerdown', down);
    list.addEventListener('pointermove', over);
    list.addEventListener('pointerup', up);
    list.addEventListener('pointercancel', up);
    return () => {
      list.removeEventListener('pointerdown', down);
      list.removeEventListener('pointermove', over);
      list.removeEventListener('pointerup', up);
      list.removeEventListener('pointercancel', up);
    };
  };
}

/** A row changes place once the pointer has passed its neighbour's middle, so that rows do not flutter. */
function target(rows: HTMLElement[], from: number, y: number): number {
  const middle = (i: number): number => {
    const box = rows[i]!.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  let to = from;
  while (to + 1 < rows.length && y > middle(to + 1)) to++;
  while (to - 1 >= 0 && y < middle(to - 1)) to--;
  return to;
}
