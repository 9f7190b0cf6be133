// Which of the rows that several contacts may share nobody needs any more.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include "plan/plan.h"
#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::execution {

using subjects::Owners;
using subjects::PlanStatements;
using subjects::Subjects;

// shared: those of the candidates that nobody refers to any more and, where the step says so, that name one
// of the contacts they are of; locked until the transaction ends, with the candidates that stay.
Owners lock_unreferenced(PlanStatements& statements, const plan::Step& step, const Owners& candidates,
                         const Subjects& subjects);

}  // namespace gdprd::execution
