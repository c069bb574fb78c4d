/** A set of small integers with an order of arrival, emptied at no cost. */
export class StateSet {
  readonly members: Uint16Array;
  size = 0;
  private readonly stamps: Uint32Array;
  private stamp = 1;

  constructor(capacity: number) {
    this.members = new Uint16Array(capacity);
    this.stamps = new Uint32Array(capacity);
  }

  add(member: number): boolean {
    if (this.stamps[member] === this.stamp) return false;
    this.stamps[member] = this.stamp;
    this.members[this.size++] = member;
    return true;
  }

  clear(): void {
    this.size = 0;
    if (++this.stamp === 2 ** 32) {
      this.stamps.fill(0);
      this.stamp = 1;
    }
  }
}
