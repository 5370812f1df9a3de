import type { Health } from '../../api/targets';
import classes from './HealthBadge.module.css';

export function HealthBadge({ health, children }: { health: Health; children?: string }) {
  return <span className={`${classes.badge ?? ''} ${classes[health] ?? ''}`}>{children ?? health}</span>;
}
