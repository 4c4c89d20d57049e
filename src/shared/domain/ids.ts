/** Branded identifiers. A brand is given once, at the door where the text was checked, and carried from there. */
declare const brand: unique symbol;
type Id<B extends string> = string & { readonly [brand]: B };

/** The sender's own name of a signal: 1–64 printable ASCII characters without spaces. */
export type SignalId = Id<'SignalId'>;
/** A hedge bears the id of the ENTER signal that opened it. */
export type HedgeId = Id<'HedgeId'>;
/** Our name of an order at a venue: 28 characters of [a-z0-9], see engine/order-id.ts. */
export type ClientOrderId = Id<'ClientOrderId'>;
/** Made once with the data folder: 6 characters of [a-z0-9]. */
export type InstallationId = Id<'InstallationId'>;
/** A coin as people write it: "BTC". */
export type Coin = Id<'Coin'>;

const signalIdForm = /^[\x21-\x7e]{1,64}$/;
const coinForm = /^[A-Z0-9]{1,20}$/;
const clientOrderIdForm = /^kc[a-z0-9]{26}$/;
const installationIdForm = /^[a-z0-9]{6}$/;

const make =
  <B extends string>(name: B, form: RegExp) =>
  (source: string): Id<B> => {
    if (!form.test(source)) throw new RangeError(`Invariant: a ${name} matches ${form.source}, was ${JSON.stringify(source)}`);
    return source as Id<B>;
  };

export const isSignalId = (source: string): source is SignalId => signalIdForm.test(source);
export const isCoin = (source: string): source is Coin => coinForm.test(source);
/** True for every order id that some installation of this console made. */
export const isOurOrderId = (source: string): source is ClientOrderId => clientOrderIdForm.test(source);

/** Each throws RangeError on text of another form: callers test untrusted text with the guards above first. */
export const signalId = make('SignalId', signalIdForm);
export const coin = make('Coin', coinForm);
export const clientOrderId = make('ClientOrderId', clientOrderIdForm);
export const installationId = make('InstallationId', installationIdForm);
/** The hedge that a signal opens. */
export const hedgeOf = (signal: SignalId): HedgeId => signal as string as HedgeId;
/** The installation whose mark an order id of ours carries. */
export const installationOf = (order: ClientOrderId): InstallationId => order.slice(2, 8) as InstallationId;
