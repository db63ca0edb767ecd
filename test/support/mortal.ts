/** What a process that can be killed sees of a server that lives on: after `kill` no call is answered, and none is sent. */
export class Mortal {
  #dead = false

  kill(): void {
    this.#dead = true
  }

  get dead(): boolean {
    return this.#dead
  }

  /** `around`: called instead of each call that is answered by a promise */
  of<T extends object>(port: T, around: (method: string, call: () => Promise<unknown>) => Promise<unknown> = (_method, call) => call()): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]): unknown => {
          if (this.#dead) return silence()
          const call = () => Reflect.apply(member, target, given)
          // Its pages are few: who is killed while it reads them is killed before or after.
          if (name === 'listDevices' || name === 'remembered') return call()
          return around(String(name), async () => call()).then(
            (result) => (this.#dead ? silence() : result),
            (thrown: unknown) => (this.#dead ? silence() : Promise.reject(thrown)),
          )
        }
      },
    })
  }
}

const silence = (): Promise<never> => new Promise(() => {})
