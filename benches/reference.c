/* The reference that every figure of the bench is measured by: a level loan in doubles, one after another, no rounding.
 *
 * What a programmer would write who does not care about the last fen: the annuity, then the recurrence. It returns only
 * the sum of the interest and writes no rows. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

double reference_interest(size_t count, const int64_t *principal_minor, const int32_t *rate_bp,
                          const int32_t *months)
{
    double total = 0.0;
    for (size_t loan = 0; loan < count; loan++) {
        const double rate = (double)rate_bp[loan] / 120000.0;
        const int32_t rows = months[loan];
        double balance = (double)principal_minor[loan];
        const double payment = balance * rate / (1.0 - pow(1.0 + rate, -(double)rows));
        for (int32_t row = 0; row < rows; row++) {
            const double interest = balance * rate;
            const double principal = payment - interest;
            balance -= principal;
            total += interest;
        }
    }
    return total;
}
