import LwM2MModel
import NBIoTBytes
