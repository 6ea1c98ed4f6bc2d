export type FieldName = 'username' | 'password' | 'email' | 'form';

/** fieldOf finds the field that a server's complaint is about, so that it can be shown there. */
export function fieldOf(message: string): FieldName {
  const text = message.toLowerCase();
  // "Incorrect username or password" is about both, so about none.
  const named = (['username', 'password', 'email'] as const).filter((name) => text.includes(name));
  return named.length === 1 ? named[0]! : 'form';
}
