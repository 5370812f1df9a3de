import drawing from './ferula.svg';

/** A fennel stalk that carries a spark: how Prometheus brought the fire down. */
export function Logo() {
  return <img src={drawing} width={28} height={28} alt="" />;
}
