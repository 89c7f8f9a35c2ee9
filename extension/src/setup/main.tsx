/** The setup page. */
import { showPage } from '../ui/react.tsx';

showPage(<main />);
