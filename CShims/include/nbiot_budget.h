#ifndef NBIOT_BUDGET_H
#define NBIOT_BUDGET_H
#endif
