/** Items by a key: keys in the order in which they are first met, and the items of each as they come. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) addTo(groups, keyOf(item), item);
  return groups;
}

/** Adds a value to the list that a map has under a key. */
export function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** What is kept under a key; it is made when it is first asked for. */
export function obtain<Key, Value>(
  values: {
    get(key: Key): Value | undefined;
    has(key: Key): boolean;
    set(key: Key, value: Value): unknown;
  },
  key: Key,
  make: () => Value,
): Value {
  const known = values.get(key);
  if (known !== undefined || values.has(key)) return known as Value;
  const value = make();
  values.set(key, value);
  return value;
}

/**
 * Items that pairs tie together, directly or through others: each group in the order of the items, the groups by the first
 * of each.
 */
export function tiedGroups<Item>(items: Iterable<Item>, ties: Iterable<readonly [Item, Item]>): Item[][] {
  const above = new Map<Item, Item>();
  const topOf = (item: Item): Item => {
    let top = item;
    for (let next = above.get(top); next !== undefined; next = above.get(top)) {
      const farther = above.get(next);
      if (farther !== undefined) above.set(top, farther);
      top = next;
    }
    return top;
  };
  for (const [one, other] of ties) {
    const [a, b] = [topOf(one), topOf(other)];
    if (a !== b) above.set(a, b);
  }
  return [...groupBy(items, topOf).values()];
}
